// The libraries that the suite of behaviour is run against, each with a plugged-in token that holds nothing
// of the suite's.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "tokenlib/token/driver.hpp"

namespace ukey::test {

class LibraryUnderTest {
  public:
    virtual ~LibraryUnderTest() = default;

    virtual token::Driver& driver() = 0;
    /// TokenInfo::id.
    virtual std::string token() = 0;
    virtual std::string userPin() const { return "123456"; }
    virtual std::string administratorPin() const { return "87654321"; }
    /// Of the pairs that the suite makes.
    virtual token::KeyAlgorithm algorithm() const = 0;
    /// Whether its signatures are some: a fake may only play.
    virtual bool isReal() const { return true; }
    /// False where the token cannot be pulled.
    virtual bool pull() { return false; }
    virtual void plug() {}
};

struct NamedLibrary {
    const char* name;
    /// Nothing where it is not installed.
    std::unique_ptr<LibraryUnderTest> (*make)();
};

const std::vector<NamedLibrary>& librariesUnderTest();

}  // namespace ukey::test
