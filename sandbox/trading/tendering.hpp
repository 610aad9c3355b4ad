// Sealed tenders: files that the bidder and the tenderer have to open one after the other, once the deadline
// is over; and the notice of the result.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "sandbox/trading/bidding.hpp"
#include "sandbox/trading/uploads.hpp"

namespace ukey::trading {

/// 出让人. Whoever registers first; files are sealed to its certificate.
struct Tenderer {
    std::string key;  ///< Bidder::key.
    std::string name;
    std::string certificate;  ///< For encryption, PEM.
};

struct TenderFile {
    std::int64_t id = 0;
    std::string name;
    std::int64_t size = 0;
    std::string sha256;        ///< Of the file, hexadecimal.
    std::string innerSha256;   ///< Sealed to the bidder.
    std::string sealedSha256;  ///< That sealed to the tenderer, as it was sent.
    /// "sealed", "inner" (the tenderer has opened its layer) or "opened".
    std::string state = "sealed";
    std::string stored;  ///< How its files in the folder are called.
    std::string upload;  ///< Of a tender that is not taken yet.
};

struct Tender {
    std::int64_t id = 0;
    std::string bidder;  ///< Bidder::key.
    std::int64_t bidderNumber = 0;
    std::string name;
    std::string certificate;  ///< The bidder's, for encryption, PEM.
    Time received;
    std::vector<TenderFile> files;
};

/// Somebody who may win.
struct Contender {
    std::int64_t number = 0;
    std::string name;
    std::int64_t amountYuan = 0;  ///< The highest bid; 0 without one.
};

struct Notice {
    std::string document;
    std::vector<std::uint8_t> signature;  ///< The tenderer's over `document`.
    std::string certificate;              ///< The tenderer's, PEM.
};

/// What there is to see; of the tenders only those that who asks may see.
struct TenderStanding {
    Parcel parcel;
    std::optional<Tenderer> tenderer;
    std::int64_t count = 0;  ///< Of all tenders.
    std::vector<Tender> tenders;
    std::vector<Contender> contenders;  ///< For the tenderer, after the deadline; who pays most first.
    std::optional<Notice> notice;
};

/// All of it throws BidRefused.
class Tendering {
  public:
    Tendering(sqlite::Database& database, Parcels& parcels, Bidding& bidding, Drafts& drafts,
              const login_check::Trust& trust, const std::filesystem::path& folder,
              std::function<Time()> clock);

    std::optional<Tenderer> tenderer();
    /// `certificate`: for encryption, of the same holder as that of the login.
    void registerTenderer(const Bidder& user, const std::string& certificate);
    /// The stand-in for the passing of time.
    void closeNow(const Bidder& user, std::int64_t parcel);

    TenderStanding standing(const Bidder& user, std::int64_t parcel);
    Uploads& uploads() { return uploads_; }

    /// Of each file `name`, `size`, `sha256`, `innerSha256`, `sealedSha256` and `upload` are given.
    Draft draftTender(const Bidder& bidder, std::int64_t parcel, const std::string& certificate,
                      const std::vector<TenderFile>& files);
    void withdraw(const Bidder& bidder, std::int64_t parcel);

    /// Octets of a file from `from` on, at most a piece; none at its end. `layer`: "sealed", "inner" or
    /// "content".
    std::string read(const Bidder& user, std::int64_t file, const std::string& layer, std::uint64_t from);
    /// An upload holds what the tenderer, or then the bidder, found in the layer that it opened.
    void opened(const Bidder& user, std::int64_t file, const std::string& upload);

    Draft draftNotice(const Bidder& user, std::int64_t parcel, std::int64_t winner);

  private:
    struct Place {
        Tender tender;
        TenderFile file;
        std::int64_t parcel = 0;
    };

    login_check::CertificatePtr encryptionCertificate(const Bidder& user, const std::string& pem);
    bool isTenderer(const Bidder& user);
    void requireTenderer(const Bidder& user);
    Parcel known(std::int64_t parcel);
    Parcel closed(std::int64_t parcel);
    std::vector<Tender> tendersOf(const Parcel& parcel);
    std::vector<Contender> contendersOf(const Parcel& parcel);
    std::optional<Notice> noticeOf(const Parcel& parcel);
    Place placeOf(std::int64_t file);
    std::filesystem::path fileOf(const TenderFile& file, const std::string& layer) const;
    void checkUpload(const Bidder& owner, const TenderFile& file, const X509* tenderer);
    void takeTender(const Bidder& bidder, const SignedDraft& taken);
    void takeNotice(const Bidder& user, const SignedDraft& taken);

    sqlite::Database& database_;
    Parcels& parcels_;
    Bidding& bidding_;
    Drafts& drafts_;
    login_check::CertificateCheck certificates_;
    std::filesystem::path folder_;
    Uploads uploads_;
    std::function<Time()> clock_;
};

}  // namespace ukey::trading
