#include "tokenlib/message/envelope_reader.hpp"

#include <utility>

#include "tokenlib/base/der.hpp"
#include "tokenlib/base/error.hpp"
#include "tokenlib/message/algorithms.hpp"
#include "tokenlib/message/content_ciphers.hpp"
#include "tokenlib/message/recipients.hpp"
#include "tokenlib/message/signed_data_parts.hpp"
#include "tokenlib/message/signer_judge.hpp"
#include "tokenlib/message/skeleton.hpp"

namespace ukey::cms {
namespace {

constexpr const char* kWhat = "sealed message";
/// ContentInfo, [0], EnvelopedData or its like, EncryptedContentInfo.
constexpr std::size_t kMessageLevel = 2;
constexpr std::size_t kEncryptedContentLevel = 3;
constexpr unsigned kEnveloped = 3;
constexpr unsigned kSignedAndEnveloped = 4;

}  // namespace

class EnvelopeReader::Work {
  public:
    Work(VerifyOptions options, Content content)
        : content_(std::move(content)),
          judge_(std::move(options)),
          skeleton_({.isContent = isContent,
                     .begins = [this] { begin(); },
                     .content = [this](ByteView octets) { take(octets); }},
                    kWhat) {}

    std::size_t feed(ByteView message) {
        std::size_t taken = 0;
        // Octet by octet to the content, which is to wait for its key; then as it comes.
        while (taken < message.size() && !cipherText_) {
            if (parameters_) return taken;
            skeleton_.feed(message.subspan(taken, 1));
            ++taken;
        }
        skeleton_.feed(message.subspan(taken));
        return message.size();
    }

    void setKey(ByteView key) {
        if (!parameters_) throw Error(ErrorCode::internal, "sealed message: a key before the message");
        cipherText_.emplace(parameters_->cipher, pki::CipherStream::Direction::open, key, parameters_->iv);
    }

    std::optional<SignedDataVerdict> finish() {
        const Bytes whole = skeleton_.finish();
        if (!cipherText_) throw Error(ErrorCode::badRequest, "sealed message: it was never opened");
        give(cipherText_->finishOpen(macOf(whole)));
        if (!isSigned_) return std::nullopt;
        der::Reader message = messageIn(whole);
        message.next(der::kInteger);
        message.next(der::kSet);
        message.next(der::kSet);
        message.next(der::kSequence);
        judge_.meet(readSignerParts(message));
        SignedDataVerdict verdict = judge_.finish();
        verdict.family = family_;
        return verdict;
    }

    std::vector<Recipient> recipients_;
    Family family_ = Family::gm;
    std::optional<CipherParameters> parameters_;
    bool isSigned_ = false;

  private:
    /// The third part of the SEQUENCE that begins with the content's type: [0] IMPLICIT, whole or in pieces.
    static bool isContent(const Skeleton::Path& path, std::uint8_t tag) {
        return path.size() == 4 && path[0] == 1 && path[1] == 0 && path[3] == 2 && (tag & 0xDFU) == 0x80U;
    }

    void begin() {
        der::Reader info(skeleton_.inside(0), kWhat);
        const std::string type = info.oid();
        const auto known = contentTypeFrom(type);
        isSigned_ = known && known->n == kSignedAndEnveloped;
        if (type != oids::kAuthEnvelopedData && !isSigned_ && (!known || known->n != kEnveloped))
            info.fail("no EnvelopedData");
        family_ = known ? known->family : Family::cms;
        der::Reader message(skeleton_.inside(kMessageLevel), kWhat);
        message.smallInteger();
        if (!isSigned_) message.nextIf(der::constructed(0));
        recipients_ = readRecipients(message.next(der::kSet).content);
        if (isSigned_) judge_.expect(message.set());
        message.end();
        der::Reader encrypted(skeleton_.inside(kEncryptedContentLevel), kWhat);
        encrypted.oid();
        CipherParameters parameters = readCipherAlgorithm(encrypted.next(der::kSequence).whole);
        if (isSigned_ && pki::hasIntegrity(parameters.cipher))
            throw Error(ErrorCode::unsupported, "sealed message: signed, and no place for the tag of GCM");
        parameters_ = std::move(parameters);
    }

    void take(ByteView octets) {
        if (!cipherText_) throw Error(ErrorCode::internal, "sealed message: content before its key");
        opened_.clear();
        cipherText_->append(octets, opened_);
        give(opened_);
    }

    /// On to the signers' digests, and out.
    void give(ByteView opened) {
        if (opened.empty()) return;
        if (isSigned_) judge_.update(opened);
        if (content_) content_(opened);
    }

    static der::Reader messageIn(ByteView whole) {
        der::Reader outer(whole, kWhat);
        der::Reader info = outer.sequence();
        info.oid();
        der::Reader content = info.enter(der::constructed(0));
        return content.sequence();
    }

    Bytes macOf(ByteView whole) const {
        if (!pki::hasIntegrity(parameters_->cipher)) return {};
        der::Reader message = messageIn(whole);
        Bytes mac;
        while (!message.atEnd()) {
            const der::Element element = message.next();
            if (element.tag == der::kOctetString) mac = toBytes(element.content);
        }
        return mac;
    }

    Content content_;
    SignerJudge judge_;
    std::optional<pki::CipherStream> cipherText_;
    Bytes opened_;  ///< Of one piece: memory that is kept for the next.
    Skeleton skeleton_;
};

EnvelopeReader::EnvelopeReader(VerifyOptions options, Content content)
    : work_(std::make_unique<Work>(std::move(options), std::move(content))) {}
EnvelopeReader::~EnvelopeReader() = default;
std::size_t EnvelopeReader::feed(ByteView message) { return work_->feed(message); }
bool EnvelopeReader::isBegun() const noexcept { return work_->parameters_.has_value(); }
bool EnvelopeReader::isSigned() const noexcept { return work_->isSigned_; }
const std::vector<Recipient>& EnvelopeReader::recipients() const { return work_->recipients_; }
Family EnvelopeReader::family() const { return work_->family_; }
pki::ContentCipher EnvelopeReader::cipher() const { return work_->parameters_.value().cipher; }
void EnvelopeReader::setKey(ByteView key) { work_->setKey(key); }
std::optional<SignedDataVerdict> EnvelopeReader::finish() { return work_->finish(); }

}  // namespace ukey::cms
