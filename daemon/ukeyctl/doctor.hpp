// `ukeyctl status` and `ukeyctl doctor`: what is wrong, and what to do about it.
#pragma once

#include "daemon/ukeyctl/configuration.hpp"

namespace ukey::ctl {

/// Says on which port ukeyd listens; 0 when one does, 3 when none does.
int showStatus(const Asked& asked);

/// Goes through everything between a page and a token, with the eyes of the running ukeyd where one runs, and
/// says what to do where something is wrong; then the exit status is 1.
int runDoctor(const Asked& asked);

}  // namespace ukey::ctl
