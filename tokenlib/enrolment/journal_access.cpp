#include "tokenlib/enrolment/journal_access.hpp"

namespace ukey::enrolment {

boost::asio::awaitable<void> JournalAtOnce::run(std::function<void(Journal&)> work) {
    work(journal_);
    co_return;
}

}  // namespace ukey::enrolment
