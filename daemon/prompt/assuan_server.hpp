// The server's side of the Assuan protocol, as pinentry has it.
#pragma once

namespace ukey::window {

/// Reads commands and answers them until BYE or the end. The exit code.
int converse(int input, int output);

}  // namespace ukey::window
