// Well-formed messages from which the fuzz targets of the pipe start.
#include <filesystem>
#include <fstream>
#include <iostream>
#include <string>

#include "tokenlib/pipe/frames.hpp"
#include "tokenlib/pipe/messages.hpp"

namespace {

using namespace ukey;
using namespace ukey::pipe;

class Seeds {
  public:
    explicit Seeds(std::filesystem::path root) : root_(std::move(root)) {}

    void request(const Command& command) {
        encode(frame_, 7, command);
        write("fuzz_pipe_request", ByteView(frame_).subspan(kLengthOctets));
    }
    void hostMessage(const HostMessage& message) {
        encode(frame_, message);
        write("fuzz_pipe_host_message", ByteView(frame_).subspan(kLengthOctets));
        frame_.insert(frame_.begin(), std::uint8_t{5});
        write("fuzz_pipe_frames", frame_);
    }

  private:
    void write(const std::string& target, ByteView octets) {
        std::filesystem::create_directories(root_ / target);
        std::ofstream(root_ / target / std::to_string(++count_), std::ios::binary) << asText(octets);
    }

    std::filesystem::path root_;
    Bytes frame_;
    unsigned count_ = 0;
};

token::Sm2Cipher cipher() { return {Bytes(32, 1), Bytes(32, 2), Bytes(32, 3), Bytes(16, 4)}; }
token::PublicKey rsaKey() { return {token::KeyAlgorithm::rsa2048, {}, Bytes(256, 9), {1, 0, 1}}; }
token::PromptContext context() { return {"zh-CN", "https://a.example", "operation.login", "CN=x", 60}; }

void requests(Seeds& seeds) {
    const token::KeyRef key{"c1", token::KeyUsage::encrypt};
    seeds.request(Cancel{});
    seeds.request(token::ListTokens{});
    seeds.request(token::DescribeToken{"t"});
    seeds.request(token::Sign{"t", key, token::DigestAlgorithm::sha384, Bytes(48, 1), Bytes{1, 2}});
    seeds.request(token::GenerateKeyPair{"t", "c", token::KeyAlgorithm::p256});
    seeds.request(
        token::ImportKeyPair{"t", "c", token::EnvelopedSm2Key{0x401, Bytes(64, 1), Bytes(65, 4), cipher()}});
    seeds.request(
        token::ImportKeyPair{"t", "c",
                             token::WrappedKeyPair{token::KeyAlgorithm::rsa2048, 0x1001, Bytes(16, 1),
                                                   Bytes(256, 2), Bytes(1200, 3), rsaKey()}});
    seeds.request(token::UnlockPinWith{"t", context(), Secret::copyOf("so-pin-1")});
    seeds.request(token::WriteCertificate{"t", key, Bytes(1500, 0x30)});
    seeds.request(token::Decrypt{"t", key, cipher()});
    seeds.request(token::Decrypt{
        "t", key,
        token::OaepCipher{Bytes(256, 5), token::KeyDigest::sha256, token::KeyDigest::sha1, Bytes(3, 1)}});
    seeds.request(token::Decrypt{"t", key, token::BareRsaCipher{Bytes(256, 5)}});
    seeds.request(token::Decrypt{"t", key, token::KeyAgreement{Bytes(65, 4)}});
    seeds.request(token::OpenSession{"t", key, Bytes(256, 7), 0x402, {}});
    seeds.request(token::SessionDecrypt{"t", "s", Bytes(100, 8)});
    seeds.request(token::Random{"t", 1024});
    seeds.request(token::UnlockResponse{"t", Bytes(100, 9)});
    seeds.request(token::VerifyPin{"t", context()});
}

void hostMessages(Seeds& seeds) {
    token::TokenInfo info;
    info.id = std::string("dev\xb0\xa1\0x", 7);
    info.label = "标签";
    info.serial = "0123";
    info.pin = {token::PinStatus::locked, 0U, 6U, 6, 16};
    info.algorithms = {token::KeyAlgorithm::sm2, token::KeyAlgorithm::p384};
    info.room = 3U;
    token::KeyEntry entry;
    entry.ref = {"c\xff", token::KeyUsage::encrypt};
    entry.publicKey = rsaKey();
    entry.certificate = Bytes(1000, 0x30);
    Error error(ErrorCode::pinIncorrect, "SKF_VerifyPIN: 0x0A000024");
    error.withTriesLeft(3U).withDriverCode(0x0A000024);
    seeds.hostMessage(Ready{});
    seeds.hostMessage(Failed{error});
    seeds.hostMessage(Changed{{info, info}});
    seeds.hostMessage(Updated{info});
    seeds.hostMessage(Prompt{7, Dialog::open});
    seeds.hostMessage(PinChanged{8});
    seeds.hostMessage(Reply{7, error});
    seeds.hostMessage(Reply{7, Result{token::Nothing{}}});
    seeds.hostMessage(Reply{7, Result{info}});
    seeds.hostMessage(Reply{7, Result{std::vector<token::KeyEntry>{entry}}});
    seeds.hostMessage(Reply{7, Result{Bytes(64, 5)}});
    seeds.hostMessage(Reply{7, Result{rsaKey()}});
    seeds.hostMessage(Reply{7, Result{std::string("session")}});
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 2) {
        std::cerr << "usage: pipe_seeds FOLDER\n";
        return 2;
    }
    Seeds seeds(argv[1]);
    requests(seeds);
    hostMessages(seeds);
    return 0;
}
