#include "daemon/api/enrolment_questions.hpp"

#include <string>
#include <string_view>
#include <utility>

#include "daemon/api/token_json.hpp"
#include "tokenlib/base/text.hpp"

namespace ukey::api {

using enrolment::Keys;
using enrolment::Record;

namespace {

consent::SignatureQuestion questionAbout(const Page& page, const hosts::HostedToken& token,
                                         std::string operation) {
    consent::SignatureQuestion question;
    question.asker = askerOf(page);
    question.operation = std::move(operation);
    question.tokenLabel = token.info.label;
    question.tokenSerial = token.info.serial;
    return question;
}

/// What happens to the old certificate, and to the files that were sealed for it.
std::string consequences(Language language, const Record& record, bool hasOldEncryption) {
    const auto text = [&](const char* key) {
        return message(language, std::string("enrolment.consent.") + key);
    };
    std::string lines;
    if (record.keys == Keys::kept)
        lines = text("keeps-keys");
    else if (record.oldContainer.empty())
        lines = text("adds");
    else if (record.keepsHistory)
        lines = text("keeps-history");
    else
        lines = text(hasOldEncryption ? "loses-old" : "retires-old");
    if (!record.displaced.empty()) lines += "\n" + text("displaces");
    return lines;
}

}  // namespace

boost::asio::awaitable<void> askAboutPlan(Page& page, hosts::HostedToken token, Record record) {
    consent::SignatureQuestion question =
        questionAbout(page, token, "operation." + std::string(toString(record.kind)));
    question.pageText = record.reference;
    bool hasOldEncryption = false;
    const auto keys = co_await page.services.catalogue.keys(token.address());
    for (const auto& key : keys) {
        if (record.oldContainer.empty() || key->entry.ref.container != record.oldContainer) continue;
        if (key->entry.ref.usage == token::KeyUsage::sign)
            question.certificate = key->certificate.subjectText();
        else
            hasOldEncryption = true;
    }
    question.note = consequences(question.asker.language, record, hasOldEncryption);
    co_await page.services.consent.signature(std::move(question));
}

boost::asio::awaitable<void> askAboutHolder(Page& page, hosts::HostedToken token, pki::Certificate before,
                                            pki::Certificate now) {
    consent::SignatureQuestion question = questionAbout(page, token, "operation.new-holder");
    const auto text = [&](const std::string& key, const std::string& value) {
        return message(question.asker.language, key, {{"value", printable(value, kLongestText)}});
    };
    // Two equal lines would look like a change that the user has to find.
    const auto change = [&](const std::string& what, const std::string& old, const std::string& next) {
        return old == next ? text(what + ".same", old)
                           : text(what + ".old", old) + "\n" + text(what + ".new", next);
    };
    question.note = change("enrolment.holder", before.subjectText(), now.subjectText()) + "\n" +
                    change("enrolment.issuer", before.issuer(), now.issuer());
    co_await page.services.consent.signature(std::move(question));
}

}  // namespace ukey::api
