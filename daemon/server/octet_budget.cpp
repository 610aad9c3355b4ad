#include "daemon/server/octet_budget.hpp"

#include <algorithm>
#include <list>
#include <map>
#include <utility>

namespace ukey::server {
namespace {

/// What a site may leave unfinished at once, as when a page is reloaded while it sends; what it may every
/// second; and for how long it has to wait at most.
constexpr double kWasteAtOnce = 16.0 * 1024.0 * 1024.0;
constexpr double kWasteASecond = 4.0 * 1024.0 * 1024.0;
constexpr double kLongestPause = 20;

}  // namespace

class OctetBudget::Book {
  public:
    struct Entry {
        std::string site;
        std::function<void()> giveUp;
        std::size_t octets = 0;
        bool kept = false;
        bool lost = false;
    };
    using Place = std::list<Entry>::iterator;

    explicit Book(std::size_t most) : most_(most) {}

    Place open(std::string site, std::function<void()> giveUp) {
        return entries_.insert(entries_.end(), Entry{std::move(site), std::move(giveUp)});
    }

    void close(Place entry) {
        taken_ -= entry->octets;
        entries_.erase(entry);
    }

    bool resize(Place entry, std::size_t octets) {
        if (entry->lost) return false;
        const std::size_t before = entry->octets;
        taken_ += octets - before;
        entry->octets = octets;
        while (taken_ > most_ && octets > before) {
            const Place loser = oldestOf(heaviestSite());
            if (loser == entries_.end() || loser == entry) {
                taken_ -= octets - before;
                entry->octets = before;
                return false;
            }
            taken_ -= std::exchange(loser->octets, 0);
            loser->lost = true;
            loser->giveUp();
        }
        return true;
    }

    bool keep(Place entry) {
        if (entry->lost) return false;
        std::size_t kept = entry->octets;
        for (const Entry& other : entries_)
            kept += other.kept && other.site == entry->site ? other.octets : 0;
        if (kept > most_ / 4) return false;
        entry->kept = true;
        return true;
    }

    void wasted(const std::string& site, std::size_t octets, Clock::time_point now) {
        std::erase_if(waste_, [now](const auto& entry) { return owed(entry.second, now) <= 0; });
        Waste& waste = waste_.try_emplace(site, Waste{0, now}).first->second;
        waste.octets = std::min(owed(waste, now) + static_cast<double>(octets),
                                kWasteAtOnce + kLongestPause * kWasteASecond);
        waste.since = now;
    }

    Clock::duration pauseOf(const std::string& site, Clock::time_point now) const {
        const auto found = waste_.find(site);
        const double over = found == waste_.end() ? 0 : owed(found->second, now) - kWasteAtOnce;
        if (over <= 0) return Clock::duration::zero();
        return std::chrono::ceil<Clock::duration>(std::chrono::duration<double>(over / kWasteASecond));
    }

  private:
    struct Waste {
        double octets;
        Clock::time_point since;
    };

    static double owed(const Waste& waste, Clock::time_point now) {
        return waste.octets - kWasteASecond * std::chrono::duration<double>(now - waste.since).count();
    }

    /// Of those that have something to give up.
    std::string heaviestSite() const {
        std::map<std::string, std::size_t> sums;
        for (const Entry& entry : entries_) sums[entry.site] += entry.octets;
        for (const Entry& entry : entries_) {
            const bool canGiveUp = std::any_of(entries_.begin(), entries_.end(), [&](const Entry& other) {
                return other.site == entry.site && isLoose(other);
            });
            if (!canGiveUp) sums.erase(entry.site);
        }
        const auto heaviest = std::max_element(
            sums.begin(), sums.end(), [](const auto& a, const auto& b) { return a.second < b.second; });
        return heaviest == sums.end() ? std::string() : heaviest->first;
    }

    Place oldestOf(const std::string& site) {
        return std::find_if(entries_.begin(), entries_.end(),
                            [&](const Entry& entry) { return entry.site == site && isLoose(entry); });
    }

    static bool isLoose(const Entry& entry) { return !entry.kept && entry.octets > 0; }

    std::size_t most_;
    std::size_t taken_ = 0;
    std::list<Entry> entries_;  ///< Oldest first.
    std::map<std::string, Waste> waste_;
};

struct OctetBudget::Share::Place {
    std::shared_ptr<Book> book;
    Book::Place entry;
    Place(std::shared_ptr<Book> itsBook, Book::Place itsEntry) : book(std::move(itsBook)), entry(itsEntry) {}
    Place(const Place&) = delete;
    Place& operator=(const Place&) = delete;
    ~Place() { book->close(entry); }
};

OctetBudget::Share::Share(std::unique_ptr<Place> place) : place_(std::move(place)) {}
OctetBudget::Share::Share() noexcept = default;
OctetBudget::Share::Share(Share&& other) noexcept = default;
OctetBudget::Share& OctetBudget::Share::operator=(Share&& other) noexcept = default;
OctetBudget::Share::~Share() = default;

bool OctetBudget::Share::resize(std::size_t octets) { return place_->book->resize(place_->entry, octets); }
bool OctetBudget::Share::keep() { return place_->book->keep(place_->entry); }

OctetBudget::OctetBudget(std::size_t most) : book_(std::make_shared<Book>(most)) {}

OctetBudget::Share OctetBudget::open(std::string site, std::function<void()> giveUp) {
    return Share(std::make_unique<Share::Place>(book_, book_->open(std::move(site), std::move(giveUp))));
}

void OctetBudget::wasted(const std::string& site, std::size_t octets, Clock::time_point now) {
    book_->wasted(site, octets, now);
}

OctetBudget::Clock::duration OctetBudget::pauseOf(const std::string& site, Clock::time_point now) {
    return book_->pauseOf(site, now);
}

}  // namespace ukey::server
