// How the soft token's own code reports a failure: the code that the export returns.
#pragma once

#include <exception>

#include "tokenlib/gmt0016/skf.h"

namespace ukey::softtoken {

class SarError : public std::exception {
  public:
    explicit SarError(ULONG code) noexcept : code_(code) {}
    ULONG code() const noexcept { return code_; }
    const char* what() const noexcept override { return "SAR error"; }

  private:
    ULONG code_;
};

inline void require(bool condition, ULONG codeOtherwise) {
    if (!condition) throw SarError(codeOtherwise);
}

}  // namespace ukey::softtoken
