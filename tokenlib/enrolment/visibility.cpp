#include "tokenlib/enrolment/visibility.hpp"

#include <algorithm>

namespace ukey::enrolment {
namespace {

Visibility retired(token::KeyUsage usage) {
    return usage == token::KeyUsage::encrypt ? Visibility::history : Visibility::hidden;
}

}  // namespace

Visibility TokenView::of(const token::KeyRef& key) const {
    if (std::find(history_.begin(), history_.end(), key.container) != history_.end())
        return retired(key.usage);
    if (!pending_ || pending_->keys == Keys::kept) return Visibility::shown;
    const bool isSwitched = pending_->step == Step::switched;
    if (key.container == pending_->container) return isSwitched ? Visibility::shown : Visibility::hidden;
    if (key.container != pending_->oldContainer || !isSwitched) return Visibility::shown;
    return pending_->keepsHistory ? retired(key.usage) : Visibility::hidden;
}

std::vector<Bytes> TokenView::formerCertificates(const std::string& container) const {
    std::vector<Bytes> out;
    for (const FormerCertificate& former : former_)
        if (former.container == container) out.push_back(former.der);
    // As long as the renewal is under way, the token has the one or the other.
    if (!pending_ || pending_->keys != Keys::kept || pending_->container != container) return out;
    for (const Bytes& der : {pending_->old.sign, pending_->old.encrypt})
        if (!der.empty()) out.push_back(der);
    return out;
}

}  // namespace ukey::enrolment
