// Has a driver run an operation.
#pragma once

#include "tokenlib/token/driver.hpp"
#include "tokenlib/token/operation_list.hpp"

namespace ukey::token {

/// Those of the list that the driver answers by itself; the others need an answer of the user's first.
struct DriverCall {
    Driver& driver;

    OperationResult operator()(const ListTokens& op) const { return driver.listTokens(op); }
    OperationResult operator()(const DescribeToken& op) const { return driver.describeToken(op); }
    OperationResult operator()(const ListKeys& op) const { return driver.listKeys(op); }
    OperationResult operator()(const Logout& op) const { return driver.logout(op); }
    OperationResult operator()(const Sign& op) const { return driver.sign(op); }
    OperationResult operator()(const GenerateKeyPair& op) const { return driver.generateKeyPair(op); }
    OperationResult operator()(const ImportKeyPair& op) const { return driver.importKeyPair(op); }
    OperationResult operator()(const WriteCertificate& op) const { return driver.writeCertificate(op); }
    OperationResult operator()(const DeleteContainer& op) const { return driver.deleteContainer(op); }
    OperationResult operator()(const Decrypt& op) const { return driver.decrypt(op); }
    OperationResult operator()(const OpenSession& op) const { return driver.openSession(op); }
    OperationResult operator()(const SessionDecrypt& op) const { return driver.sessionDecrypt(op); }
    OperationResult operator()(const CloseSession& op) const { return driver.closeSession(op); }
    OperationResult operator()(const Random& op) const { return driver.random(op); }
    OperationResult operator()(const UnlockChallenge& op) const { return driver.unlockChallenge(op); }
};

}  // namespace ukey::token
