// For every step of every kind: the process is killed, or the token pulled, right before and right after it.
// Then another process goes on or rolls back, and proves that the token works and that nothing strays on it.
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <functional>
#include <iostream>

#include "interruption.hpp"
#include "token_bench.hpp"
#include "tokenlib/base/error.hpp"
#include "tokenlib/softtoken/admin.hpp"

namespace ukey::enrolment::test {
namespace {

using token::KeyAlgorithm;
using token::KeyEntry;
using token::KeyUsage;

/// Sanitizers are slow, and it is not for them that every point is looked at.
#ifdef UKEY_SANITIZED
constexpr unsigned kStride = 5;
#else
constexpr unsigned kStride = 1;
#endif

/// What the child said, and how it ended.
struct Outcome {
    std::string text;
    bool isKilled = false;
    int status = 0;
};

/// In a process of its own, so that a driver, a login and a journal are those of one process. Failures are
/// told as text.
Outcome inChild(const std::function<std::string()>& work) {
    int ends[2];
    if (::pipe(ends) != 0) throw std::runtime_error("pipe");
    std::cout.flush();
    const pid_t child = ::fork();
    if (child == 0) {
        ::close(ends[0]);
        std::string text;
        try {
            text = work();
        } catch (const std::exception& error) {
            text = std::string("exception: ") + error.what();
        }
        const ssize_t written = ::write(ends[1], text.data(), text.size());
        ::_exit(written == static_cast<ssize_t>(text.size()) ? 0 : 3);
    }
    ::close(ends[1]);
    Outcome outcome;
    char some[512];
    for (ssize_t count = 0; (count = ::read(ends[0], some, sizeof some)) > 0;)
        outcome.text.append(some, static_cast<std::size_t>(count));
    ::close(ends[0]);
    int status = 0;
    ::waitpid(child, &status, 0);
    outcome.isKilled = WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL;
    outcome.status = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    return outcome;
}

struct Scenario {
    std::string name;
    Kind kind = Kind::issue;
    Keys keys = Keys::fresh;
    bool hasOld = false;
    KeyAlgorithm algorithm = KeyAlgorithm::sm2;
    bool isSoftHsm = false;
};

void PrintTo(const Scenario& scenario, std::ostream* out) { *out << scenario.name; }

enum class After { resume, rollBack };

class KillMatrix : public testing::TestWithParam<Scenario> {
  protected:
    void SetUp() override {
        token_ = folder_.path() / "token";
        state_ = folder_.path() / "state";
        fs::create_directory(token_);
        fs::create_directory(state_);
        make_ = GetParam().isSoftHsm ? softHsm(token_) : softToken(token_);
        if (!make_) GTEST_SKIP() << "softhsm2 is not installed";
        issuer_ = std::make_unique<TestIssuer>(GetParam().algorithm, isDual() ? Pairs::dual : Pairs::single);
        const Outcome made = inChild([&] {
            make_->create();
            TokenBench bench(*make_, state_);
            if (GetParam().hasOld) bench.enrol(bench.order(Kind::issue, GetParam().algorithm), *issuer_);
            for (const KeyEntry& entry : bench.keys()) {
                if (entry.ref.usage == KeyUsage::sign)
                    std::ofstream(folder_.path() / "old") << toHex(entry.certificate);
            }
            return std::string();
        });
        ASSERT_EQ(made.text, "");
        copyFolder(token_, folder_.path() / "token.first");
        copyFolder(state_, folder_.path() / "state.first");
    }

    /// SoftHSM2 unwraps nothing that RAs send: there it is one certificate.
    static bool isDual() { return !GetParam().isSoftHsm; }

    void restore() {
        copyFolder(folder_.path() / "token.first", token_);
        copyFolder(folder_.path() / "state.first", state_);
        fs::remove(answerFile());
    }
    fs::path answerFile() const { return folder_.path() / "answer"; }
    std::string oldCertificate() const {
        std::ifstream in(folder_.path() / "old");
        std::string hex;
        in >> hex;
        return hex;
    }

    /// The whole enrolment, as a page would have it done. The RA remembers what it answered.
    void enrol(TokenBench& bench) const {
        const Begun begun = bench.begin(bench.order(GetParam().kind, GetParam().algorithm, GetParam().keys));
        answer(bench, begun.record);
    }
    void answer(TokenBench& bench, const Record& record) const {
        if (!fs::exists(answerFile()) || record.step == Step::waiting)
            saveAnswer(answerFile(), issuer_->answer(record));
        bench.complete(record.id, loadAnswer(answerFile()));
    }

    /// At this moment, before anything is done about it.
    std::string worksNow(TokenBench& bench) const {
        if (!GetParam().hasOld) return {};
        const auto shown = bench.visible(KeyUsage::sign);
        if (shown.size() != 1) return "certificates shown: " + std::to_string(shown.size());
        return bench.faultOf(shown.front().ref.container);
    }

    bool isNew(TokenBench& bench) const {
        const auto shown = bench.visible(KeyUsage::sign);
        return shown.size() == 1 && toHex(shown.front().certificate) != oldCertificate();
    }

    /// Goes on to the end, or back to the beginning; which of both it became.
    bool recover(TokenBench& bench, After after) const {
        const auto record = bench.journal().ofToken(bench.identity());
        if (!record) {
            if (after == After::rollBack || isNew(bench)) return isNew(bench);
            enrol(bench);
            return true;
        }
        if (after == After::rollBack && mayRollBack(*record)) {
            bench.rollBack(record->id);
            return false;
        }
        const bool isKnown =
            record->step != Step::begun && record->step != Step::keyed && record->step != Step::rollingBack;
        if (isKnown) {
            answer(bench, *record);
        } else {
            bench.clear();
            enrol(bench);
        }
        return true;
    }

    /// What has to hold in the end.
    std::string faultAtTheEnd(TokenBench& bench, bool isDone) const {
        if (!bench.journal().all().empty()) return "the journal is not empty";
        const auto shown = bench.visible(KeyUsage::sign);
        const std::size_t expected = isDone || GetParam().hasOld ? 1 : 0;
        if (shown.size() != expected) return "certificates in the end: " + std::to_string(shown.size());
        if (isNew(bench) != isDone)
            return isDone ? "still the old certificate" : "already the new certificate";
        for (const KeyEntry& entry : shown) {
            const std::string fault = bench.faultOf(entry.ref.container);
            if (!fault.empty()) return fault;
        }
        const auto encrypts = bench.visible(KeyUsage::encrypt);
        if (encrypts.size() != (isDual() ? expected : 0)) return "encryption certificates are missing";
        const auto history = bench.visible(KeyUsage::encrypt, Visibility::history);
        const bool keepsOld = isDone && isDual() && GetParam().hasOld && GetParam().keys == Keys::fresh;
        if (history.size() != (keepsOld ? 1U : 0U)) return "history: " + std::to_string(history.size());
        for (const KeyEntry& entry : history) {
            const std::string fault = bench.decryptionFaultOf(entry);
            if (!fault.empty()) return fault;
        }
        const std::size_t containers = bench.containers().size();
        if (containers != expected + history.size()) return "containers: " + std::to_string(containers);
        return {};
    }

    /// All of it in a new process; empty, or what is wrong.
    std::string verdict(After after) {
        const Outcome outcome = inChild([&] {
            TokenBench bench(*make_, state_);
            if (const std::string fault = worksNow(bench); !fault.empty()) return "at once: " + fault;
            const bool isDone = recover(bench, after);
            return faultAtTheEnd(bench, isDone);
        });
        if (outcome.status != 0) return "the process ended with " + std::to_string(outcome.status);
        return outcome.text;
    }

    unsigned countPoints() {
        restore();
        const Outcome outcome = inChild([&] {
            interruptAt(0, [] {});
            TokenBench bench(*make_, state_);
            enrol(bench);
            const unsigned seen = pointsSeen();
            return std::to_string(seen);
        });
        EXPECT_EQ(outcome.text.find_first_not_of("0123456789"), std::string::npos) << outcome.text;
        return static_cast<unsigned>(std::strtoul(outcome.text.c_str(), nullptr, 10));
    }

    TemporaryFolder folder_;
    fs::path token_;
    fs::path state_;
    std::unique_ptr<Make> make_;
    std::unique_ptr<TestIssuer> issuer_;
};

TEST_P(KillMatrix, killAtEveryPoint_isSurvivedByGoingOnAndByGoingBack) {
    const unsigned points = countPoints();
    ASSERT_GT(points, 20U);
    for (unsigned point = 1; point <= points; point += kStride) {
        for (const After after : {After::resume, After::rollBack}) {
            // RSA keys take their time: there each point is left in one of the two ways.
            const bool isSlow = kStride > 1 || GetParam().algorithm == KeyAlgorithm::rsa2048;
            if (isSlow && (after == After::resume) == (point % 2 == 0)) continue;
            restore();
            const Outcome killed = inChild([&] {
                interruptAt(point, [] { ::raise(SIGKILL); });
                TokenBench bench(*make_, state_);
                enrol(bench);
                return std::string("not killed");
            });
            ASSERT_TRUE(killed.isKilled) << "point " << point << ": " << killed.text;
            EXPECT_EQ(verdict(after), "")
                << "killed at point " << point << (after == After::resume ? ", resumed" : ", rolled back");
        }
    }
    std::cout << GetParam().name << ": killed at " << points / kStride
              << " points, resumed and rolled back\n";
    RecordProperty("points", static_cast<int>(points));
}

TEST_P(KillMatrix, tokenPulledAtEveryPoint_isSurvived) {
    if (GetParam().isSoftHsm) GTEST_SKIP() << "SoftHSM2 cannot be pulled";
    const unsigned points = countPoints();
    for (unsigned point = 1; point <= points; point += kStride) {
        const After after = point % 2 == 0 ? After::resume : After::rollBack;
        restore();
        const Outcome pulled = inChild([&] {
            interruptAt(point, [&] { make_->pull(); });
            TokenBench bench(*make_, state_);
            try {
                enrol(bench);
            } catch (const Error& error) {
                return std::string(toString(error.code()));
            }
            return std::string("done");
        });
        // Where nothing more had to be read from it, it was over before anybody noticed.
        EXPECT_TRUE(pulled.text == "token-removed" || pulled.text == "token-not-found" ||
                    pulled.text == "done")
            << "point " << point << ": " << pulled.text;
        make_->plug();
        EXPECT_EQ(verdict(after), "") << "pulled at point " << point;
    }
    std::cout << GetParam().name << ": pulled at " << points / kStride << " points\n";
}

TEST_P(KillMatrix, killInsideTheToken_isSurvived) {
    if (GetParam().isSoftHsm) GTEST_SKIP() << "SoftHSM2 does not die when told";
    unsigned points = 0;
    for (unsigned nth = 1; nth < 400; nth += kStride) {
        restore();
        const Outcome killed = inChild([&] {
            TokenBench bench(*make_, state_);
            softtoken::writeFaults(
                "ENROL1", R"([{"function":"write","action":"kill","nth":)" + std::to_string(nth) + "}]");
            enrol(bench);
            return std::string("done");
        });
        if (!killed.isKilled) {
            EXPECT_EQ(killed.text, "done");
            break;
        }
        ++points;
        make_->plug();
        softtoken::writeFaults("ENROL1", "");
        EXPECT_EQ(verdict(nth % 2 == 0 ? After::resume : After::rollBack), "")
            << "killed in write " << nth << " of the token";
    }
    EXPECT_GT(points, 2U);
    std::cout << GetParam().name << ": killed in " << points << " writes of the token\n";
}

INSTANTIATE_TEST_SUITE_P(SoftToken, KillMatrix,
                         testing::Values(Scenario{"issue", Kind::issue},
                                         Scenario{"renewNewKeys", Kind::renew, Keys::fresh, true},
                                         Scenario{"renewKeptKeys", Kind::renew, Keys::kept, true},
                                         Scenario{"changeNewKeys", Kind::change, Keys::fresh, true},
                                         Scenario{"changeKeptKeys", Kind::change, Keys::kept, true},
                                         Scenario{"reissue", Kind::reissue}),
                         [](const auto& scenario) { return scenario.param.name; });

INSTANTIATE_TEST_SUITE_P(
    SoftHsm, KillMatrix,
    testing::Values(Scenario{"rsaIssue", Kind::issue, Keys::fresh, false, KeyAlgorithm::rsa2048, true},
                    Scenario{"rsaRenewNewKeys", Kind::renew, Keys::fresh, true, KeyAlgorithm::rsa2048, true},
                    Scenario{"rsaRenewKeptKeys", Kind::renew, Keys::kept, true, KeyAlgorithm::rsa2048, true},
                    Scenario{"p256Issue", Kind::issue, Keys::fresh, false, KeyAlgorithm::p256, true},
                    Scenario{"p256RenewNewKeys", Kind::renew, Keys::fresh, true, KeyAlgorithm::p256, true},
                    Scenario{"p256ChangeKeptKeys", Kind::change, Keys::kept, true, KeyAlgorithm::p256, true}),
    [](const auto& scenario) { return scenario.param.name; });

}  // namespace
}  // namespace ukey::enrolment::test
