// The built pages of a site.
#pragma once

#include <filesystem>
#include <map>
#include <string>

#include "sandbox/http/message.hpp"

namespace ukey::http {

/// Read into memory at the start: a request never becomes a path of the file system.
class StaticFiles {
  public:
    /// `folder` holds index.html and what it needs; it may be missing, then a plain text says so.
    explicit StaticFiles(const std::filesystem::path& folder);

    /// A file, or index.html for an address of a view inside the page, or 404 for a file that is not there.
    Response serve(const Request& request) const;

  private:
    struct File {
        std::string content;
        std::string type;
    };
    std::map<std::string, File> files_;
};

}  // namespace ukey::http
