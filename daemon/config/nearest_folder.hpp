// A folder whose files are to be watched, and which may not be there yet.
#pragma once

#include <filesystem>
#include <system_error>
#include <utility>

namespace ukey::config {

/// Watches the folder, or where that cannot be done the nearest one above it, for the next step of the way.
/// `watch(folder, step)` says whether it could; `step` is the path below on the way to the folder, empty for
/// the folder itself. Gives the one that is watched; empty where none is.
template <class Watch>
std::filesystem::path watchNearest(const std::filesystem::path& folder, const Watch& watch) {
    constexpr int kMostLooks = 8;
    std::filesystem::path watched;
    // A folder may come between two looks; one that is closed to us is looked at a few times more.
    for (int look = 0; look < kMostLooks; ++look) {
        std::filesystem::path step;
        watched = folder;
        while (!watch(watched, step)) {
            if (!watched.has_relative_path()) return {};
            step = std::exchange(watched, watched.parent_path());
        }
        std::error_code ignored;
        if (step.empty() || !std::filesystem::exists(step, ignored)) break;
    }
    return watched;
}

}  // namespace ukey::config
