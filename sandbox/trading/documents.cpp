#include "sandbox/trading/documents.hpp"

#include "sandbox/http/rfc3339.hpp"
#include "sandbox/http/sha256.hpp"
#include "tokenlib/base/text.hpp"

namespace ukey::trading {
namespace {

/// One line, whatever somebody entered: nobody writes further ones into a document that another signs.
std::string line(const char* name, const std::string& value) {
    constexpr std::size_t kLongest = 512;
    return std::string(name) + "：" + printable(value, kLongest) + "\n";
}

/// 1234567 as "1,234,567".
std::string grouped(std::int64_t number) {
    auto digits = std::to_string(number);
    for (auto at = static_cast<std::int64_t>(digits.size()) - 3; at > 0; at -= 3) {
        digits.insert(static_cast<std::size_t>(at), ",");
    }
    return digits;
}

std::string about(const Parcel& parcel, const Bidder& bidder) {
    return line("地块公告编号", parcel.number) + line("地块位置", parcel.locationZh) +
           line("竞买人", bidder.name) + line("证书主体", bidder.subjectText);
}

}  // namespace

std::string applicationText(const std::string& id, const Parcel& parcel, const Bidder& bidder,
                            const std::string& contact, const std::string& phone, Time now) {
    return "国有建设用地使用权竞买申请书\n" + line("申请编号", id) + about(parcel, bidder) +
           line("联系人", contact) + line("联系电话", phone) +
           line("竞买保证金", grouped(parcel.depositYuan) + " 元") + line("申请时间", http::toRfc3339(now)) +
           "本人已阅读出让公告和须知，自愿参加竞买并承担相应责任。\n";
}

std::string bidText(const std::string& id, const Parcel& parcel, const Bidder& bidder, std::int64_t round,
                    std::int64_t amountYuan, Time now) {
    return "国有建设用地使用权网上竞买报价书\n" + line("报价编号", id) + about(parcel, bidder) +
           line("报价轮次", "第 " + std::to_string(round) + " 轮") +
           line("报价", grouped(amountYuan) + " 元") + line("报价时间", http::toRfc3339(now)) +
           "报价一经提交不得撤回。\n";
}

std::string tenderText(const std::string& id, const Parcel& parcel, const Bidder& bidder,
                       const std::vector<TenderFile>& files, Time now) {
    auto text = "国有建设用地使用权密封投标书\n" + line("投标编号", id) + about(parcel, bidder);
    for (const auto& file : files) {
        text += line("文件", file.name + "（" + grouped(file.size) + " 字节）") +
                line("　原文 SHA-256", file.sha256) + line("　内层 SHA-256", file.innerSha256) +
                line("　密封文件 SHA-256", file.sealedSha256);
    }
    return text + line("投标时间", http::toRfc3339(now)) +
           "以上文件已双重加密：先加密给本人，再加密给出让人；截止后须由双方先后打开。\n";
}

std::string noticeText(const std::string& id, const Parcel& parcel, const Bidder& tenderer,
                       const Contender& winner, const std::vector<Tender>& tenders, Time now) {
    auto text = "国有建设用地使用权成交公告\n" + line("公告编号", id) + line("地块公告编号", parcel.number) +
                line("地块位置", parcel.locationZh) +
                line("竞得人", winner.name + "（" + std::to_string(winner.number) + " 号）");
    if (winner.amountYuan > 0) text += line("成交价", grouped(winner.amountYuan) + " 元");
    for (const auto& tender : tenders) {
        for (const auto& file : tender.files) {
            text +=
                line("开标文件", std::to_string(tender.bidderNumber) + " 号 " + file.name) +
                line("　SHA-256", file.sha256 + (file.state == "opened" ? "（已核对一致）" : "（未打开）"));
        }
    }
    return text + line("出让人", tenderer.name) + line("公告时间", http::toRfc3339(now));
}

std::string receiptText(const std::string& id, const std::string& document, Time received) {
    return "土地交易平台回执\n" + line("编号", id) + line("收到时间", http::toRfc3339(received)) +
           line("文件 SHA-256", http::sha256Of(document)) + "已收到以下文件及其有效电子签名：\n\n" + document;
}

}  // namespace ukey::trading
