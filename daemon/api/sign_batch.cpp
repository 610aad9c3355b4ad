// sign.batch
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <nlohmann/json.hpp>
#include <utility>

#include "daemon/api/call.hpp"
#include "daemon/api/handlers.hpp"
#include "daemon/api/sign_message.hpp"
#include "tokenlib/base/text.hpp"

namespace ukey::api {
namespace {

using nlohmann::json;

struct Item {
    /// Takes the signature into the message; throws when it is none.
    void finish(const Bytes& raw) {
        const Bytes rest = signature->finish(raw);
        message.insert(message.end(), rest.begin(), rest.end());
        signature.reset();
    }

    std::unique_ptr<Signature> signature;
    SigningJob job;
    Bytes message;  ///< At first without its signature.
};

/// What is signed under one yes.
struct Batch {
    Page& page;
    std::shared_ptr<const TokenKey> key;
    std::vector<Item> items;
    std::size_t next = 0;
    std::exception_ptr failure;  ///< The first: then no other is begun.
};

/// Alone, where it is not known yet how this key signs.
boost::asio::awaitable<void> signTheFirst(Batch& batch) {
    if (batch.key->way.isKnown) co_return;
    Item& item = batch.items[batch.next++];
    const auto take = [&](const Bytes& raw) { item.finish(raw); };
    auto signing = signUntilTaken(batch.page, batch.key, std::move(item.job), take);
    co_await std::move(signing);
}

/// Takes one after another of those that are left. Several of these at a time: while the token signs for one,
/// what it signed for another is checked and written.
boost::asio::awaitable<void> signThoseLeft(Batch& batch) {
    try {
        while (!batch.failure && batch.next < batch.items.size()) {
            Item& item = batch.items[batch.next++];
            auto signing = signUnchecked(batch.page, batch.key, std::move(item.job));
            const Bytes raw = co_await std::move(signing);
            const auto finish = [&] { item.finish(raw); };
            auto finishing = batch.page.services.work.run(finish);
            co_await std::move(finishing);
        }
    } catch (...) {
        if (!batch.failure) batch.failure = std::current_exception();
    }
}

/// Everything is read and hashed before the user is asked, so that it is these octets which are signed, or
/// none.
std::vector<Item> prepare(const SignBatchParams& params, const TokenKey& key,
                          const std::vector<pki::Certificate>& onToken) {
    const auto options = signedDataOptionsIn(params, key, onToken);
    std::vector<Item> items;
    for (const BatchItem& entry : params.items) {
        Item item;
        item.signature = std::make_unique<Signature>(key, options);
        item.message = item.signature->update(entry.data);
        item.job = item.signature->job();
        items.push_back(std::move(item));
    }
    return items;
}

/// Of all names and contents, in their order.
Bytes digestOfList(const std::vector<BatchItem>& named, const std::vector<Item>& items) {
    pki::Digest list(items.front().job.digestAlgorithm);
    for (std::size_t i = 0; i < items.size(); ++i) {
        const Bytes name = pki::digest(items[i].job.digestAlgorithm, asBytes(named[i].name));
        const SigningJob& job = items[i].job;
        list.update(name).update(job.contentDigest());
    }
    return list.finish();
}

std::string listText(Language language, const std::vector<BatchItem>& items, const std::string& digest) {
    constexpr std::size_t kLongestName = 60;
    const auto name = [&](const BatchItem& item) { return printable(item.name, kLongestName); };
    return message(language, "dialog.batch",
                   {{"count", std::to_string(items.size())},
                    {"first", name(items.front())},
                    {"last", name(items.back())},
                    {"digest", digest}});
}

}  // namespace

Answer signBatch(Call& call, SignBatchParams params) {
    Page& page = call.page();
    const auto key = co_await signingKey(page, params.certificate);
    requireKeyForData(page, *key);
    const auto onToken = page.services.catalogue.knownIssuers(*key);
    const auto read = [&] { return prepare(params, *key, onToken); };
    auto reading = page.services.work.run(read);
    std::vector<Item> items = co_await std::move(reading);
    const std::string digest = toHex(digestOfList(params.items, items));
    call.draft().digest = digest;
    SigningJob whole;
    whole.operation = "operation.sign-batch";
    auto asking = consentTo(page, key, whole, listText(page.session->language, params.items, digest));
    co_await std::move(asking);
    const auto algorithm = signatureAlgorithm(key->algorithm, items.front().job.digestAlgorithm);
    Batch batch{.page = page, .key = key, .items = std::move(items), .next = 0, .failure = nullptr};
    auto beginning = signTheFirst(batch);
    co_await std::move(beginning);
    using namespace boost::asio::experimental::awaitable_operators;  // NOLINT(google-build-using-namespace)
    auto all = signThoseLeft(batch) && signThoseLeft(batch) && signThoseLeft(batch);
    co_await std::move(all);
    if (batch.failure) {
        key->way.isKnown = false;
        std::rethrow_exception(batch.failure);
    }
    json signatures = json::array();
    for (const Item& item : batch.items) signatures.push_back(toBase64Url(item.message));
    co_return json{{"signatures", std::move(signatures)}, {"algorithm", algorithm}};
}

}  // namespace ukey::api
