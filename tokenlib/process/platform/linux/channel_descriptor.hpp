// The one number that parent and child have agreed on.
#pragma once

namespace ukey::process {

/// The descriptor under which a child finds its end of the channel.
inline constexpr int kChannelDescriptor = 3;

}  // namespace ukey::process
