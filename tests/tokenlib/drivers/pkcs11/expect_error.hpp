#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "tokenlib/base/error.hpp"

namespace ukey::test {

template <class Action>
std::string codeThrownBy(const Action& action) {
    try {
        action();
    } catch (const Error& error) {
        return std::string(toString(error.code())) + " (" + error.what() + ")";
    }
    return "no error";
}

}  // namespace ukey::test

/// Expects that a statement throws ukey::Error with a code.
#define EXPECT_ERROR(statement, expected)                               \
    EXPECT_THAT(::ukey::test::codeThrownBy([&] { (void)(statement); }), \
                ::testing::StartsWith(std::string(::ukey::toString(expected)) + " ("))
