// Checks the params of every request against the description before a handler sees them (security.md 33).
#pragma once

#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>

namespace ukey::rpc {

class Validator {
  public:
    /// `description` must outlive the validator. Nothing is read before the first check.
    explicit Validator(std::string_view description);
    ~Validator();
    Validator(const Validator&) = delete;
    Validator& operator=(const Validator&) = delete;

    /// Throws BadMessage: kInvalidParams with what does not fit, kMethodNotFound for a method or notification
    /// that is not described. The schema of a method is compiled when it is first checked.
    void check(const std::string& method, const nlohmann::json& params);

  private:
    struct Compiled;
    std::unique_ptr<Compiled> compiled_;
};

}  // namespace ukey::rpc
