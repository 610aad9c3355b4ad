#include <nlohmann/json.hpp>
#include <utility>

#include "daemon/api/services.hpp"
#include "daemon/rpc/message.hpp"
#include "tokenlib/base/messages.hpp"

namespace ukey::api {

consent::Asker askerOf(const Page& page) {
    const auto kind = page.session->standing.mayAsk ? consent::Kind::stranger : consent::Kind::known;
    consent::Asker asker{page.session->language, page.session->originText, kind, nullptr};
    // A dialog ends before the call that opened it, and the page outlives its calls.
    asker.onOverlooked = [send = page.send, language = asker.language](bool isOverlooked) {
        nlohmann::json params = {{"overlooked", isOverlooked}};
        if (isOverlooked) params["text"] = message(language, "dialog.overlooked");
        send(rpc::notificationText("dialog.changed", std::move(params)));
    };
    return asker;
}

}  // namespace ukey::api
