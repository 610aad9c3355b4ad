#include "tokenlib/message/signed_data_reader.hpp"

#include <optional>
#include <utility>

#include "tokenlib/base/der.hpp"
#include "tokenlib/base/error.hpp"
#include "tokenlib/message/signed_data_parts.hpp"
#include "tokenlib/message/signer_judge.hpp"
#include "tokenlib/message/skeleton.hpp"

namespace ukey::cms {
namespace {

constexpr const char* kWhat = "signed message";
/// ContentInfo, [0], SignedData: what stands before the content's SEQUENCE are its version and digest
/// algorithms.
constexpr std::size_t kSignedDataLevel = 2;
const Skeleton::Path kContentPath{1, 0, 2, 1, 0};

}  // namespace

class SignedDataReader::Work {
  public:
    Work(VerifyOptions options, Content content)
        : content_(std::move(content)),
          judge_(std::move(options)),
          skeleton_({.isContent = isContent,
                     .begins = [this] { begin(); },
                     .content = [this](ByteView octets) { take(octets); }},
                    kWhat) {}

    void feed(ByteView message) { skeleton_.feed(message); }

    void feedContent(ByteView content) {
        parse();
        if (skeleton_.hasContent()) {
            throw Error(ErrorCode::badRequest, "signed message: it holds its content already");
        }
        judge_.update(content);
    }

    SignedDataVerdict finish() {
        parse();
        SignedDataVerdict verdict = judge_.finish();
        verdict.family = *family_;
        verdict.isDetached = !skeleton_.hasContent();
        return verdict;
    }

  private:
    static bool isContent(const Skeleton::Path& path, std::uint8_t tag) {
        return path == kContentPath && (tag & 0xDFU) == der::kOctetString;
    }

    void begin() {
        der::Reader reader(skeleton_.inside(kSignedDataLevel), kWhat);
        reader.next(der::kInteger);
        judge_.expect(reader.set());
    }

    void take(ByteView octets) {
        judge_.update(octets);
        if (content_) content_(octets);
    }

    /// Once the whole message is here: of a detached one before its content comes.
    void parse() {
        if (family_) return;
        SignedDataParts parts = readSignedData(skeleton_.finish());
        SignerParts& signers = parts;
        judge_.meet(std::move(signers));
        family_ = parts.family;
    }

    Content content_;
    SignerJudge judge_;
    Skeleton skeleton_;
    std::optional<Family> family_;
};

SignedDataReader::SignedDataReader(VerifyOptions options, Content content)
    : work_(std::make_unique<Work>(std::move(options), std::move(content))) {}
SignedDataReader::~SignedDataReader() = default;
void SignedDataReader::feed(ByteView message) { work_->feed(message); }
void SignedDataReader::feedContent(ByteView content) { work_->feedContent(content); }
SignedDataVerdict SignedDataReader::finish() { return work_->finish(); }

SignedDataVerdict verifySignedData(ByteView message, ByteView content, VerifyOptions options) {
    SignedDataReader reader(std::move(options));
    reader.feed(message);
    if (!content.empty()) reader.feedContent(content);
    return reader.finish();
}

}  // namespace ukey::cms
