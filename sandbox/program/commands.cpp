#include "sandbox/program/commands.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <csignal>
#include <iostream>

#include "sandbox/ca/files.hpp"
#include "sandbox/mint/mint.hpp"
#include "sandbox/program/program_folder.hpp"
#include "tokenlib/base/error.hpp"

namespace ukey::sandbox {
namespace {

mint::Order orderOf(const MintArguments& arguments) {
    const auto algorithm = token::keyAlgorithmFrom(arguments.algorithm);
    if (!algorithm) throw Error(ErrorCode::badRequest, "unknown algorithm " + arguments.algorithm);
    mint::Order order;
    order.algorithm = *algorithm;
    order.subject.commonName = arguments.name;
    order.subject.organisation = arguments.organisation;
    order.pin = Secret::copyOf(arguments.pin);
    return order;
}

mint::Minted mintOn(const MintArguments& arguments, ca::CertificateCentre& centre) {
    const auto order = orderOf(arguments);
    if (!arguments.module.empty()) {
        return mint::onPkcs11Token(centre, arguments.module, arguments.slotLabel, order);
    }
    ca::KeyCentre keys(caFolder(arguments.dataFolder));
    const auto library = arguments.library.empty()
                             ? programFolder().parent_path() / "lib" / "libukey-softtoken.so"
                             : arguments.library;
    return mint::onSoftToken(centre, keys, library, arguments.serial, order);
}

}  // namespace

int serve(const WorldOptions& options) {
    boost::asio::io_context context(1);
    World world(context, options);
    boost::asio::signal_set signals(context, SIGINT, SIGTERM);
    signals.async_wait([&world](const boost::system::error_code&, int) { world.stop(); });
    std::cout << "listening on http://localhost:" << world.port()
              << "/ (trading site) and http://localhost:" << world.portalPort() << "/ (self-service portal)"
              << std::endl;
    context.run();
    return 0;
}

int printChain(const std::filesystem::path& dataFolder) {
    ca::CertificateCentre centre(caFolder(dataFolder));
    std::cout << centre.chainPem();
    return 0;
}

int mintToken(const MintArguments& arguments) {
    ca::CertificateCentre centre(caFolder(arguments.dataFolder));
    const auto minted = mintOn(arguments, centre);
    std::cout << "token " << minted.tokenSerial << "\nsign " << minted.signSerial << "\n";
    if (!minted.encryptSerial.empty()) std::cout << "encrypt " << minted.encryptSerial << "\n";
    return 0;
}

int setAdministratorPin(const std::filesystem::path& dataFolder, const std::string& serial,
                        const std::string& pin) {
    ca::makePrivateFolder(dataFolder);
    auto database = portal::openDatabase(dataFolder);
    ra::AdministratorPins(database, dataFolder, {}).set(serial, Secret::copyOf(pin));
    return 0;
}

int revoke(const std::filesystem::path& dataFolder, const std::string& serial) {
    ca::CertificateCentre centre(caFolder(dataFolder));
    centre.revoke(serial, ca::RevocationReason::unspecified);
    return 0;
}

}  // namespace ukey::sandbox
