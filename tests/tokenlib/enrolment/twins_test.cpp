// Two tokens of one maker with one serial number: what was begun on the one touches nothing on the other.
#include <gtest/gtest.h>

#include "token_bench.hpp"
#include "tokenlib/base/error.hpp"

namespace ukey::enrolment::test {
namespace {

using token::KeyAlgorithm;

/// Both have the serial number of the test's tokens; one is plugged in at a time, so that nothing but a key
/// tells them apart.
class Twins : public testing::Test {
  protected:
    Twins() {
        for (const char* name : {"one", "other"}) {
            fs::create_directory(folder_.path() / name);
            softToken(folder_.path() / name)->create();
        }
    }

    /// With this one plugged in.
    template <class Call>
    auto with(const char* name, Call call) {
        const auto make = softToken(folder_.path() / name);
        TokenBench bench(*make, folder_.path() / "state");
        return call(bench);
    }
    /// How the other one answers; nothing of it may change, and the enrolment stays.
    template <class Call>
    std::string refusalOfTheOther(const Record& record, Call call) {
        return with("other", [&](TokenBench& bench) {
            const std::string before = contentsOf(folder_.path() / "other");
            std::string code = "done";
            try {
                call(bench);
            } catch (const Error& error) {
                code = toString(error.code());
            }
            EXPECT_TRUE(contentsOf(folder_.path() / "other") == before) << "the other token was changed";
            EXPECT_TRUE(bench.journal().find(record.id));
            return code;
        });
    }

    TemporaryFolder folder_;
    const TestIssuer issuer_{KeyAlgorithm::sm2};
};

TEST_F(Twins, enrolmentOfOne_isCompletedOnItAlone) {
    const Record record = with("one", [](TokenBench& bench) {
        return bench.begin(bench.order(Kind::issue, KeyAlgorithm::sm2)).record;
    });
    const pki::RaAnswer answer = issuer_.answer(record);
    EXPECT_EQ(refusalOfTheOther(record, [&](TokenBench& bench) { bench.complete(record.id, answer); }),
              "certificate-mismatch");
    with("one", [&](TokenBench& bench) {
        const Record done = bench.complete(record.id, answer);
        EXPECT_EQ(bench.faultOf(done.container), "");
    });
}

TEST_F(Twins, whatIsBeingWritten_goesOnOnItAlone) {
    const Record record = with("one", [](TokenBench& bench) {
        return bench.begin(bench.order(Kind::issue, KeyAlgorithm::sm2)).record;
    });
    const pki::RaAnswer answer = issuer_.answer(record);
    const Record switched = with("one", [&](TokenBench& bench) {
        const Record done = bench.complete(record.id, answer);
        Record again = record;  // As after a kill behind the switch.
        again.answer = done.answer;
        again.answerDigest = done.answerDigest;
        bench.journal().add(again);
        bench.journal().advance(again, Step::switched);
        return again;
    });
    const auto complete = [&](TokenBench& bench) { bench.complete(switched.id, answer); };
    EXPECT_EQ(refusalOfTheOther(switched, complete), "token-not-found");
    EXPECT_EQ(refusalOfTheOther(switched, [](TokenBench& bench) { bench.clear(); }), "token-not-found");
    with("one", [&](TokenBench& bench) {
        bench.complete(switched.id, answer);
        EXPECT_TRUE(bench.journal().all().empty());
    });
}

TEST_F(Twins, enrolmentOfOne_isRolledBackOnItAlone) {
    const Record record = with("one", [](TokenBench& bench) {
        return bench.begin(bench.order(Kind::issue, KeyAlgorithm::sm2)).record;
    });
    const auto rollBack = [&](TokenBench& bench) { bench.rollBack(record.id); };
    EXPECT_EQ(refusalOfTheOther(record, rollBack), "token-not-found");
    with("one", [&](TokenBench& bench) {
        bench.rollBack(record.id);
        EXPECT_TRUE(bench.containers().empty());
        EXPECT_TRUE(bench.journal().all().empty());
    });
}

}  // namespace
}  // namespace ukey::enrolment::test
