#include "token_bench.hpp"

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <map>
#include <nlohmann/json.hpp>

#include "interruption.hpp"
#include "tests/support/await.hpp"
#include "tests/support/environment.hpp"
#include "tokenlib/drivers/pkcs11/pkcs11_driver.hpp"
#include "tokenlib/drivers/skf/skf_driver.hpp"
#include "tokenlib/enrolment/proving.hpp"
#include "tokenlib/softtoken/admin.hpp"
#include "tokenlib/token/driver_call.hpp"

namespace ukey::enrolment::test {
namespace {

using token::KeyEntry;
using token::KeyUsage;

constexpr const char* kSerial = "ENROL1";
constexpr const char* kSoftHsm = "/usr/lib/softhsm/libsofthsm2.so";

class SoftToken final : public Make {
  public:
    explicit SoftToken(fs::path folder) : folder_(std::move(folder)) {}
    void create() const override {
        use();
        softtoken::TokenSpec spec;
        spec.serial = kSerial;
        softtoken::createToken(spec);
        softtoken::plug(kSerial);
    }
    std::unique_ptr<token::Driver> load() const override {
        use();
        skf::SkfOptions options;
        options.library = ukey::test::builtLibrary("ukey-softtoken").string();
        options.quirks.sm2Decrypt = skf::Sm2DecryptForm::blob;
        options.quirks.rsaDecrypt = skf::RsaDecryptForm::plain;
        return skf::loadDriver(options);
    }
    std::string pin() const override { return "111111"; }
    void pull() const override {
        use();
        softtoken::unplug(kSerial);
    }
    void plug() const override {
        use();
        softtoken::plug(kSerial);
    }
    std::set<std::string> containers(token::Driver&, const std::string&) const override {
        std::ifstream in(folder_ / kSerial / "state.json");
        std::set<std::string> names;
        const nlohmann::json state = nlohmann::json::parse(in);
        for (const auto& application : state.at("applications")) {
            for (const auto& container : application.at("containers")) names.insert(container.at("name"));
        }
        return names;
    }

  private:
    void use() const { ukey::test::setEnvironment("UKEY_SOFTTOKEN_DIR", folder_.string()); }
    fs::path folder_;
};

class SoftHsm final : public Make {
  public:
    explicit SoftHsm(fs::path folder) : folder_(std::move(folder)) {}
    void create() const override {
        fs::create_directories(folder_ / "tokens");
        std::ofstream(folder_ / "softhsm2.conf") << "directories.tokendir = " << (folder_ / "tokens").string()
                                                 << "\nobjectstore.backend = file\nlog.level = ERROR\n";
        use();
        const std::string command =
            "softhsm2-util --init-token --free --label Enrol --pin 123456 --so-pin 87654321 > /dev/null";
        if (std::system(command.c_str()) != 0) throw std::runtime_error("softhsm2-util failed");
    }
    std::unique_ptr<token::Driver> load() const override {
        use();
        pkcs11::Pkcs11Options options;
        options.library = kSoftHsm;
        return pkcs11::loadDriver(options);
    }
    std::string pin() const override { return "123456"; }
    void pull() const override {}
    void plug() const override {}
    std::set<std::string> containers(token::Driver& driver, const std::string& token) const override {
        std::set<std::string> names;
        for (const auto& entry : driver.listKeys({token})) names.insert(entry.ref.container);
        return names;
    }

  private:
    void use() const { ukey::test::setEnvironment("SOFTHSM2_CONF", (folder_ / "softhsm2.conf").string()); }
    fs::path folder_;
};

token::OperationResult perform(token::Driver& driver, const token::Operation& operation) {
    return std::visit(
        [&]<class Op>(const Op& op) -> token::OperationResult {
            if constexpr (token::AsksUser<Op>) {
                throw std::logic_error("the bench has nobody to ask");
            } else {
                return token::DriverCall{driver}(op);
            }
        },
        operation);
}

template <class Call>
std::string faultIn(Call call) {
    try {
        call();
        return {};
    } catch (const Error& error) {
        return std::string(toString(error.code())) + ": " + error.what();
    }
}

}  // namespace

std::unique_ptr<Make> softToken(const fs::path& folder) { return std::make_unique<SoftToken>(folder); }
std::unique_ptr<Make> softHsm(const fs::path& folder) {
    return fs::exists(kSoftHsm) ? std::make_unique<SoftHsm>(folder) : nullptr;
}

class TokenBench::DriverAccess final : public TokenAccess {
  public:
    DriverAccess(token::Driver& driver, std::string token) : driver_(driver), token_(std::move(token)) {}
    const std::string& token() const override { return token_; }
    boost::asio::awaitable<token::OperationResult> run(token::Operation operation) override {
        point();
        token::OperationResult result = perform(driver_, operation);
        point();
        co_return result;
    }

  private:
    token::Driver& driver_;
    std::string token_;
};

TokenBench::TokenBench(const Make& make, const fs::path& state)
    : make_(make), driver_(make.load()), journal_(state) {
    const auto tokens = driver_->listTokens({});
    const auto ready = std::find_if(tokens.begin(), tokens.end(), [](const auto& token) {
        return token.state == token::TokenState::ready;
    });
    if (ready == tokens.end()) throw Error(ErrorCode::tokenNotFound, "the test's token is not there");
    info_ = *ready;
    driver_->login(info_.id, token::PinRole::user, Secret::copyOf(make.pin()));
    access_ = std::make_unique<DriverAccess>(*driver_, info_.id);
    useRules({});
}

void TokenBench::useRules(Rules rules) {
    enroller_ = std::make_unique<Enroller>(
        journalAccess_, *access_, [this](Phase phase) { phases_.push_back(phase); }, std::move(rules));
}

Order TokenBench::order(Kind kind, token::KeyAlgorithm algorithm, Keys keys) const {
    Order order;
    order.origin = "https://portal.example";
    order.kind = kind;
    order.token = identity();
    order.algorithm = algorithm;
    order.keys = keys;
    order.reference = "20261124-1";
    return order;
}

Begun TokenBench::begin(const Order& order) {
    const Record record = ukey::test::await(context_, enroller_->plan(order));
    return ukey::test::await(context_, enroller_->begin(record, {{"CN", "张三"}}));
}

Record TokenBench::complete(const std::string& id, const pki::RaAnswer& answer) {
    return ukey::test::await(context_, enroller_->complete(id, answer));
}

void TokenBench::rollBack(const std::string& id) {
    ukey::test::await(context_, enroller_->rollBack(std::string(id)));
}

void TokenBench::clear() { ukey::test::await(context_, enroller_->clear(identity())); }

Record TokenBench::enrol(const Order& order, const TestIssuer& issuer) {
    const Begun begun = begin(order);
    return complete(begun.record.id, issuer.answer(begun.record));
}

std::vector<KeyEntry> TokenBench::keys() { return driver_->listKeys({info_.id}); }

std::vector<KeyEntry> TokenBench::visible(KeyUsage usage, Visibility visibility) {
    const TokenView view(journal_.ofToken(identity()), journal_.history(identity()));
    std::vector<KeyEntry> found;
    for (KeyEntry& entry : keys()) {
        if (entry.ref.usage == usage && !entry.certificate.empty() && view.of(entry.ref) == visibility)
            found.push_back(std::move(entry));
    }
    return found;
}

std::string TokenBench::faultOf(const std::string& container) {
    CertificatePair certificates;
    for (const KeyEntry& entry : keys()) {
        if (entry.ref.container != container) continue;
        (entry.ref.usage == KeyUsage::sign ? certificates.sign : certificates.encrypt) = entry.certificate;
    }
    return faultIn([&] { ukey::test::await(context_, proveContainer(*access_, container, certificates)); });
}

std::string TokenBench::decryptionFaultOf(const KeyEntry& key) {
    return faultIn([&] { ukey::test::await(context_, proveDecryption(*access_, key)); });
}

namespace {

/// In memory where there is such a place: it is not the power that fails here, and syncing takes its time.
fs::path quickPlace() {
#ifndef _WIN32
    if (fs::exists("/dev/shm")) return "/dev/shm";
#endif
    return fs::temp_directory_path();
}

}  // namespace

TemporaryFolder::TemporaryFolder() : ScratchFolder(quickPlace()) {}

void copyFolder(const fs::path& from, const fs::path& to) {
    fs::remove_all(to);
    fs::create_directories(to.parent_path());
    fs::copy(from, to, fs::copy_options::recursive);
}

std::string contentsOf(const fs::path& folder) {
    std::map<std::string, std::string> files;
    for (const auto& entry : fs::recursive_directory_iterator(folder)) {
        if (!entry.is_regular_file()) continue;
        std::ifstream in(entry.path(), std::ios::binary);
        files[entry.path().string()] =
            std::string(std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>());
    }
    std::string all;
    for (const auto& [name, content] : files) all += name + '\0' + content + '\0';
    return all;
}

}  // namespace ukey::enrolment::test
