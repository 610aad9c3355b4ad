// signature.verify
#include <nlohmann/json.hpp>
#include <utility>

#include "daemon/api/call.hpp"
#include "daemon/api/handlers.hpp"
#include "daemon/api/transfer.hpp"
#include "daemon/api/verdict_json.hpp"
#include "daemon/rpc/message.hpp"
#include "tokenlib/message/signed_data_reader.hpp"
#include "tokenlib/pki/chain.hpp"
#include "tokenlib/pki/digest.hpp"
#include "tokenlib/pki/signature.hpp"

namespace ukey::api {
namespace {

using nlohmann::json;

cms::VerifyOptions verifyOptionsIn(const SignatureVerifyParams& params) {
    return verifyOptions(params.certificate, params.trusted);
}

/// Why the certificate itself does not count; empty when it does.
std::string refusalOfCertificate(const pki::Certificate& certificate, const cms::VerifyOptions& options) {
    try {
        if (!certificate.allows(token::KeyUsage::sign)) return std::string(cms::refusal::kUsage);
        if (options.time < certificate.notBeforeTime()) return std::string(toString(Reason::notYetValid));
        if (!certificate.isValidAt(options.time)) return std::string(toString(Reason::expired));
        if (!options.trusted.empty()) pki::checkChain(certificate, {}, options.trusted, options.time);
    } catch (const Error& error) {
        if (error.code() != ErrorCode::certificateMismatch) throw;
        return std::string(error.reason().empty() ? toString(Reason::chain) : error.reason());
    }
    return {};
}

class Verification {
  public:
    virtual ~Verification() = default;
    virtual void update(ByteView content) = 0;
    virtual json finish() = 0;
};

class OfMessage final : public Verification {
  public:
    explicit OfMessage(const SignatureVerifyParams& params) : reader_(verifyOptionsIn(params)) {
        reader_.feed(params.signature);
    }
    void update(ByteView content) override { reader_.feedContent(content); }
    json finish() override { return verdictJson(reader_.finish().signers); }

  private:
    cms::SignedDataReader reader_;
};

class OfRaw final : public Verification {
  public:
    explicit OfRaw(const SignatureVerifyParams& params)
        : options_(verifyOptionsIn(params)),
          signer_(certificateIn(options_)),
          algorithm_(pki::defaultDigest(*signer_.keyAlgorithm())),
          digest_(pki::messageDigest(*signer_.publicKey(), algorithm_)),
          signature_(params.signature) {}
    void update(ByteView content) override { digest_.update(content); }
    json finish() override {
        cms::SignerVerdict verdict;
        verdict.certificate = signer_;
        verdict.refusal =
            isSignature() ? refusalOfCertificate(signer_, options_) : std::string(cms::refusal::kSignature);
        return verdictJson({verdict});
    }

  private:
    static const pki::Certificate& certificateIn(const cms::VerifyOptions& options) {
        if (options.certificates.empty())
            throw rpc::BadMessage(rpc::kInvalidParams, "a raw signature needs the signer's certificate");
        if (!options.certificates.front().keyAlgorithm())
            throw Error(ErrorCode::unsupported, "a key of another kind");
        return options.certificates.front();
    }
    bool isSignature() {
        try {
            const Bytes raw = pki::signatureFromDer(*signer_.keyAlgorithm(), signature_);
            return pki::verify(*signer_.publicKey(), algorithm_, digest_.finish(), raw);
        } catch (const Error& error) {
            if (error.code() != ErrorCode::badRequest) throw;
            return false;
        }
    }

    cms::VerifyOptions options_;
    pki::Certificate signer_;
    token::DigestAlgorithm algorithm_;
    pki::Digest digest_;
    Bytes signature_;
};

}  // namespace

Answer signatureVerify(Call& call, SignatureVerifyParams params) {
    Page& page = call.page();
    const auto begin = [&]() -> std::unique_ptr<Verification> {
        if (params.format == SignatureFormat::raw) return std::make_unique<OfRaw>(params);
        return std::make_unique<OfMessage>(params);
    };
    auto beginning = page.services.work.run(begin);
    const std::unique_ptr<Verification> verification = co_await std::move(beginning);
    if (params.data || params.stream) {
        Source source(page, params.stream, std::move(params.data));
        for (;;) {
            const Bytes piece = co_await source.read();
            if (piece.empty()) break;
            const auto take = [&] { verification->update(piece); };
            auto taking = page.services.work.run(take);
            co_await std::move(taking);
        }
    }
    const auto judge = [&] { return verification->finish(); };
    auto judging = page.services.work.run(judge);
    co_return co_await std::move(judging);
}

}  // namespace ukey::api
