#include "tokenlib/message/envelope_reader.hpp"

#include <utility>

#include "tokenlib/base/der.hpp"
#include "tokenlib/base/error.hpp"
#include "tokenlib/message/algorithms.hpp"
#include "tokenlib/message/content_ciphers.hpp"
#include "tokenlib/message/recipients.hpp"
#include "tokenlib/message/skeleton.hpp"

namespace ukey::cms {
namespace {

constexpr const char* kWhat = "sealed message";
/// ContentInfo, [0], EnvelopedData, EncryptedContentInfo.
constexpr std::size_t kMessageLevel = 2;
constexpr std::size_t kEncryptedContentLevel = 3;
constexpr unsigned kSignedAndEnveloped = 4;

}  // namespace

class EnvelopeReader::Work {
  public:
    explicit Work(Content content)
        : content_(std::move(content)),
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

    void finish() {
        const Bytes whole = skeleton_.finish();
        if (!cipherText_) throw Error(ErrorCode::badRequest, "sealed message: it was never opened");
        const Bytes last = cipherText_->finishOpen(macOf(whole));
        if (content_ && !last.empty()) content_(last);
    }

    std::vector<Recipient> recipients_;
    Family family_ = Family::gm;
    std::optional<CipherParameters> parameters_;

  private:
    /// The third part of the SEQUENCE that begins with the content's type: [0] IMPLICIT, whole or in pieces.
    static bool isContent(const Skeleton::Path& path, std::uint8_t tag) {
        return path.size() == 4 && path[0] == 1 && path[1] == 0 && path[3] == 2 && (tag & 0xDFU) == 0x80U;
    }

    void begin() {
        der::Reader encrypted(skeleton_.inside(kEncryptedContentLevel), kWhat);
        encrypted.oid();
        parameters_ = readCipherAlgorithm(encrypted.next(der::kSequence).whole);
        der::Reader info(skeleton_.inside(0), kWhat);
        const std::string type = info.oid();
        const auto known = contentTypeFrom(type);
        if (known && known->n == kSignedAndEnveloped)
            throw Error(ErrorCode::unsupported, "sealed message: SignedAndEnvelopedData");
        if (type != oids::kAuthEnvelopedData && (!known || known->n != 3)) info.fail("no EnvelopedData");
        family_ = known ? known->family : Family::cms;
        der::Reader message(skeleton_.inside(kMessageLevel), kWhat);
        message.smallInteger();
        message.nextIf(der::constructed(0));
        recipients_ = readRecipients(message.next(der::kSet).content);
    }

    void take(ByteView octets) {
        if (!cipherText_) throw Error(ErrorCode::internal, "sealed message: content before its key");
        opened_.clear();
        cipherText_->append(octets, opened_);
        if (content_ && !opened_.empty()) content_(opened_);
    }

    Bytes macOf(ByteView whole) const {
        if (!pki::hasIntegrity(parameters_->cipher)) return {};
        der::Reader outer(whole, kWhat);
        der::Reader info = outer.sequence();
        info.oid();
        der::Reader content = info.enter(der::constructed(0));
        der::Reader message = content.sequence();
        Bytes mac;
        while (!message.atEnd()) {
            const der::Element element = message.next();
            if (element.tag == der::kOctetString) mac = toBytes(element.content);
        }
        return mac;
    }

    Content content_;
    std::optional<pki::CipherStream> cipherText_;
    Bytes opened_;  ///< Of one piece: memory that is kept for the next.
    Skeleton skeleton_;
};

EnvelopeReader::EnvelopeReader(Content content) : work_(std::make_unique<Work>(std::move(content))) {}
EnvelopeReader::~EnvelopeReader() = default;
std::size_t EnvelopeReader::feed(ByteView message) { return work_->feed(message); }
bool EnvelopeReader::isBegun() const noexcept { return work_->parameters_.has_value(); }
const std::vector<Recipient>& EnvelopeReader::recipients() const { return work_->recipients_; }
Family EnvelopeReader::family() const { return work_->family_; }
pki::ContentCipher EnvelopeReader::cipher() const { return work_->parameters_.value().cipher; }
void EnvelopeReader::setKey(ByteView key) { work_->setKey(key); }
void EnvelopeReader::finish() { work_->finish(); }

}  // namespace ukey::cms
