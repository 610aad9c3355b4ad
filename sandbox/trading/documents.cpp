#include "sandbox/trading/documents.hpp"

#include "sandbox/http/rfc3339.hpp"
#include "sandbox/http/sha256.hpp"

namespace ukey::trading {
namespace {

std::string line(const char* name, const std::string& value) {
    return std::string(name) + "：" + value + "\n";
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

std::string receiptText(const std::string& id, const std::string& document, Time received) {
    return "土地交易平台回执\n" + line("编号", id) + line("收到时间", http::toRfc3339(received)) +
           line("文件 SHA-256", http::sha256Of(document)) + "已收到以下文件及其有效电子签名：\n\n" + document;
}

}  // namespace ukey::trading
