#include "tokenlib/base/messages.hpp"

#include <algorithm>
#include <array>

#include "tokenlib/base/reasons.hpp"

namespace ukey {
namespace {

// Not by deduction: clang folds over the elements then, and 256 are its limit.
constexpr auto kMessages = std::to_array<Message>({
    // Errors: what happened.
    Message{"error.bad-request", "请求有误。", "The request is not valid."},
    Message{"error.hello-required", "页面尚未与 Ukey 助手建立会话。",
            "The page has not introduced itself to Ukey Bridge yet."},
    Message{"error.origin-denied", "该网站未获准使用 Ukey。", "This site is not allowed to use the Ukey."},
    Message{"error.scope-denied", "该网站未获准执行此操作。", "This site is not allowed to do this."},
    Message{"error.user-cancelled", "操作已取消。", "The operation was cancelled."},
    Message{"error.prompt-timeout", "等待输入超时，对话框已关闭。",
            "The dialog was closed because nobody answered in time."},
    Message{"error.prompt-unavailable", "无法显示密码对话框。", "The PIN dialog cannot be shown."},
    Message{"error.token-not-found", "未找到该 Ukey。", "The Ukey was not found."},
    Message{"error.token-removed", "操作过程中 Ukey 被拔出。",
            "The Ukey was unplugged during the operation."},
    Message{"error.token-full", "Ukey 存储空间已满。", "The Ukey has no room left."},
    Message{"error.token-blank", "该 Ukey 尚未初始化。", "The Ukey has not been initialised."},
    Message{"error.certificate-not-found", "未找到该证书。", "The certificate was not found."},
    Message{"error.certificate-mismatch", "证书与 Ukey 中的密钥不匹配。",
            "The certificate does not belong to the key on the Ukey."},
    Message{"error.certificate-mismatch.key", "返回的证书与 Ukey 中的密钥不匹配。",
            "The certificate that came back is for another key than the one on the Ukey."},
    Message{"error.certificate-mismatch.usage", "该证书不能用于此用途。",
            "The certificate is not for this use."},
    Message{"error.certificate-mismatch.expired", "证书已过期。", "The certificate has expired."},
    Message{"error.certificate-mismatch.not-yet-valid", "证书尚未生效。",
            "The certificate is not valid yet."},
    Message{"error.certificate-mismatch.chain", "证书不是由受信任的发证机构签发，或证书链不完整。",
            "The certificate does not lead to an issuer that is trusted here."},
    Message{"error.certificate-mismatch.extension", "证书含有无法识别的关键扩展项。",
            "The certificate has a critical extension that is not known here."},
    Message{"error.certificate-mismatch.malformed", "证书格式错误。", "It cannot be read as a certificate."},
    Message{"error.pin-required", "需要先验证 Ukey 密码。", "The PIN of the Ukey is needed first."},
    Message{"error.pin-incorrect", "Ukey 密码错误。", "The PIN is wrong."},
    Message{"error.pin-locked", "Ukey 密码已锁定。", "The PIN is locked."},
    Message{"error.administrator-pin-incorrect", "管理员密码错误。", "The administrator PIN is wrong."},
    Message{"error.administrator-pin-locked", "管理员密码已锁定。", "The administrator PIN is locked."},
    Message{"error.pin-too-short", "密码长度不符合要求，未进行验证。",
            "The PIN has the wrong length; it was not tried."},
    Message{"error.driver-missing", "未找到 Ukey 驱动。", "The driver of the Ukey is missing."},
    Message{"error.driver-bitness", "Ukey 驱动的位数（32/64 位）不匹配。",
            "The driver of the Ukey is for another word size (32 or 64 bits)."},
    Message{"error.driver-timeout", "Ukey 驱动长时间无响应，已重新启动。",
            "The driver of the Ukey did not answer and was restarted."},
    Message{"error.driver-crashed", "Ukey 驱动异常退出，已重新启动。",
            "The driver of the Ukey crashed and was restarted."},
    Message{"error.driver-error", "Ukey 驱动报告错误。", "The driver of the Ukey reported an error."},
    Message{"error.unsupported", "此操作暂不支持。", "This is not supported."},
    Message{"error.busy", "Ukey 正在处理另一项操作。", "The Ukey is busy with another operation."},
    Message{"error.too-large", "数据过大。", "The data is too large."},
    Message{"error.rate-limited", "请求过于频繁。", "Too many requests."},
    Message{"error.rate-limited.last-try", "密码只剩最后一次机会，网页不能再尝试。",
            "The PIN has one try left, which is not a page's to use."},
    Message{"error.enrolment-not-found", "未找到该办理记录。", "This enrolment was not found."},
    Message{"error.enrolment-conflict", "该 Ukey 有另一项办理尚未完成。",
            "Another enrolment of this Ukey is not finished."},
    Message{"error.unlock-not-found", "没有等待此应答的解锁请求，或该应答已使用过。",
            "No unlock request waits for this answer, or the answer was used already."},
    Message{"error.unlock-expired", "解锁请求已过期。", "The unlock request has expired."},
    Message{"error.unlock-mismatch", "该解锁应答属于另一个 Ukey。", "The unlock answer is for another Ukey."},
    Message{"error.unlock-invalid", "解锁应答无效，Ukey 未作任何改动。",
            "The unlock answer is not valid; nothing was tried on the Ukey."},
    Message{"error.reserved-message", "该内容只能由 Ukey 助手自身签名，已拒绝。",
            "This is something that only Ukey Bridge itself may have signed."},
    Message{"error.recipient-not-found", "已插入的 Ukey 都不能打开该文件。",
            "None of the Ukeys that are plugged in can open this."},
    Message{"error.content-corrupt", "内容已损坏或被改动。", "The content is damaged or was changed."},
    Message{"error.internal", "Ukey 助手内部错误。", "Ukey Bridge met an internal error."},

    // Errors: what the user can do.
    Message{"hint.bad-request", "请刷新页面重试；若仍有问题，请联系网站客服。",
            "Reload the page; if it happens again, tell the site's support."},
    Message{"hint.hello-required", "请刷新页面重试。", "Reload the page."},
    Message{"hint.origin-denied", "请确认网址无误，或联系管理员将该网站加入许可名单。",
            "Check the address, or ask your administrator to allow this site."},
    Message{"hint.scope-denied", "请在弹出的窗口中允许，或联系管理员。",
            "Allow it when asked, or ask your administrator."},
    Message{"hint.user-cancelled", "需要时请重新操作。", "Start again when you are ready."},
    Message{"hint.prompt-timeout", "请重新操作，并及时输入。", "Start again and answer the dialog in time."},
    Message{"hint.prompt-unavailable",
            "请安装 pinentry（例如 pinentry-gtk2 或 pinentry-curses），并在图形桌面或终端中启动 Ukey 助手。",
            "Install a pinentry program (for example pinentry-gtk2 or pinentry-curses) and run Ukey Bridge "
            "in a desktop session or a terminal."},
    Message{"hint.token-not-found", "请插入 Ukey 后重试。", "Plug in the Ukey and try again."},
    Message{"hint.token-removed", "请重新插入 Ukey，操作完成前不要拔出。",
            "Plug the Ukey in again and leave it there until the operation is done."},
    Message{"hint.token-full", "请联系发证机构清理 Ukey 中不再使用的证书。",
            "Ask the issuer to remove certificates that are no longer used."},
    Message{"hint.token-blank", "请联系发证机构初始化该 Ukey。", "Ask the issuer to initialise the Ukey."},
    Message{"hint.certificate-not-found", "请确认插入了正确的 Ukey，并重新选择证书。",
            "Check that the right Ukey is plugged in and choose the certificate again."},
    Message{"hint.certificate-mismatch", "请换用其他证书；如正在办理证书，请重新办理或联系发证机构。",
            "Take another certificate; if one is being issued, start again or ask the issuer."},
    Message{"hint.pin-required", "请输入 Ukey 密码后重试。", "Enter the PIN and try again."},
    Message{"hint.pin-incorrect", "请核对密码后重试；多次输错将锁定 Ukey。",
            "Check the PIN and try again; too many wrong tries lock the Ukey."},
    Message{"hint.pin-locked", "请在自助服务平台申请解锁，或联系发证机构。",
            "Ask for an unlock on the self-service portal, or from the issuer."},
    Message{
        "hint.administrator-pin-incorrect",
        "请联系发证机构核对管理员密码；多次输错后只能由发证机构重新初始化该 Ukey。",
        "Check the administrator PIN with the issuer; after too many wrong tries only the issuer can set the "
        "Ukey up anew."},
    Message{"hint.administrator-pin-locked", "该 Ukey 只能由发证机构重新初始化。",
            "Only the issuer can set the Ukey up anew."},
    Message{"hint.pin-too-short", "请输入符合长度要求的密码。", "Enter a PIN of the right length."},
    Message{"hint.driver-missing", "请安装该 Ukey 厂商的驱动程序。",
            "Install the driver of the Ukey's maker."},
    Message{"hint.driver-bitness", "请安装与 Ukey 助手位数一致的驱动程序。",
            "Install the driver that has the word size of Ukey Bridge."},
    Message{"hint.driver-timeout", "请拔出并重新插入 Ukey 后重试。",
            "Unplug the Ukey, plug it in again and retry."},
    Message{"hint.driver-crashed", "请重试；若反复出现，请更新 Ukey 驱动程序。",
            "Try again; if it keeps happening, update the driver of the Ukey."},
    Message{"hint.driver-error", "请拔出并重新插入 Ukey 后重试；若仍有问题，请联系客服。",
            "Unplug the Ukey, plug it in again and retry; if it happens again, ask support."},
    Message{"hint.unsupported",
            "请更新 Ukey 助手后重试；若仍不支持，可能是此 Ukey 不具备该功能，请联系网站客服。",
            "Update Ukey Bridge and try again; if it stays so, this Ukey may lack the function: ask the "
            "site's support."},
    Message{"hint.busy", "请先完成已打开的对话框或稍候再试。",
            "Finish the open dialog, or wait a moment and try again."},
    Message{"hint.too-large", "请减小文件后重试。", "Try again with a smaller file."},
    Message{"hint.rate-limited", "请稍候再试。", "Wait a moment and try again."},
    Message{"hint.rate-limited.last-try", "请解锁 Ukey；确实记得密码时，也可用命令行程序 ukeyctl 修改密码。",
            "Have the Ukey unlocked; whoever is sure of the PIN can also change it with ukeyctl pin change."},
    Message{"hint.enrolment-not-found", "请重新办理。", "Start the procedure again."},
    Message{"hint.enrolment-conflict", "请先完成或撤销未完成的办理。",
            "Finish or cancel the other procedure first."},
    Message{"hint.unlock-not-found", "请重新申请解锁。", "Ask for the unlock anew."},
    Message{"hint.unlock-expired", "请重新申请解锁，并在十分钟内完成。",
            "Ask for the unlock anew and finish it within ten minutes."},
    Message{"hint.unlock-mismatch", "请插入申请解锁的那个 Ukey 后重试。",
            "Plug in the Ukey for which the unlock was asked, and try again."},
    Message{"hint.unlock-invalid", "请重新申请解锁；若仍有问题，请联系发证机构。",
            "Ask for the unlock anew; if it happens again, tell the issuer."},
    Message{"hint.reserved-message", "请勿签名；该网站可能在冒用您的身份，请联系网站客服核实。",
            "Do not go on: the site may be trying to act in your name. Ask its support."},
    Message{"hint.recipient-not-found", "请插入加密时所用证书的 Ukey 后重试。",
            "Plug in the Ukey for whose certificate it was sealed, and try again."},
    Message{"hint.content-corrupt", "请重新获取该文件后重试。", "Get the file again and retry."},
    Message{"hint.internal", "请重试；若仍有问题，请运行 ukeyctl doctor 并联系客服。",
            "Try again; if it happens again, run ukeyctl doctor and ask support."},

    // What an error says besides.
    Message{"reason.pin-changed", "{what}密码已改为您刚才设置的新密码。",
            "{what} The PIN was changed before: the new one holds."},

    // What a dialog says the answer is for.
    Message{"operation.login", "登录", "Log in"},
    Message{"operation.verify", "验证密码", "Verify the PIN"},
    Message{"operation.sign", "数字签名", "Sign data"},
    Message{"operation.sign-batch", "批量签名", "Sign a list of items"},
    Message{"operation.decrypt", "解密", "Decrypt data"},
    Message{"operation.manage", "管理 Ukey", "Manage the Ukey"},
    Message{"operation.issue", "新领证书", "Issue a new certificate"},
    Message{"operation.renew", "证书延期", "Renew the certificate"},
    Message{"operation.change", "证书变更", "Change the certificate"},
    Message{"operation.reissue", "证书补办", "Reissue the certificate"},
    Message{"operation.change-pin", "修改密码", "Change the PIN"},
    Message{"operation.change-default-pin", "首次使用，必须修改初始密码",
            "First use: the initial PIN must be changed"},
    Message{"operation.unlock-pin", "解锁", "Unlock the PIN"},
    Message{"operation.unlock-pin-remote", "发证机构远程解锁，请设置新密码",
            "Unlock with the issuer's approval: set a new PIN"},
    Message{"operation.unlock-pin-vendor", "发证机构远程解锁，密码将改为其通知您的临时密码",
            "Unlock with the issuer's approval: the PIN becomes the temporary one that the issuer tells you"},
    Message{"operation.change-temporary-pin", "已解锁，必须修改发证机构通知您的临时密码",
            "Unlocked: the temporary PIN from the issuer must be changed"},
    Message{"operation.new-holder", "新证书的持有人或颁发机构与原证书不同，是否写入？",
            "The new certificate is for another holder or from another issuer: write it?"},
    Message{"operation.delete", "删除密钥和证书", "Delete a key and its certificate"},
    Message{"operation.access", "申请使用 Ukey", "Ask for access to the Ukey"},
    Message{"operation.meet", "本网站首次使用本机的 Ukey 助手，请核对校验码",
            "The site uses the Ukey Bridge of this computer for the first time: compare the code"},
    Message{"operation.other", "使用 Ukey", "Use the Ukey"},

    // Enrolment: what is being done, and what the dialog before it says will happen.
    Message{"enrolment.phase.generating", "正在 Ukey 中生成密钥", "The Ukey makes a key"},
    Message{"enrolment.phase.requesting", "正在生成证书请求", "Making the certificate request"},
    Message{"enrolment.phase.checking", "正在核对签发的证书", "Checking what was issued"},
    Message{"enrolment.phase.importing", "正在导入加密密钥", "Importing the encryption key"},
    Message{"enrolment.phase.writing", "正在写入证书", "Writing the certificates"},
    Message{"enrolment.phase.proving", "正在验证新证书可用", "Proving that the new certificates work"},
    Message{"enrolment.phase.retiring", "正在启用新证书并停用原证书", "Switching to the new certificates"},
    Message{"enrolment.consent.adds", "将在 Ukey 中生成新密钥并写入新证书，Ukey 中已有的证书不受影响。",
            "A new key and its certificates are put on the Ukey; what is on it already is not touched."},
    Message{"enrolment.consent.keeps-keys", "密钥保持不变，新证书将替换原证书。",
            "The keys stay; new certificates take the place of the old ones."},
    Message{
        "enrolment.consent.keeps-history",
        "将生成新密钥；新证书验证可用后，原签名证书停用，原加密密钥保留在 Ukey 中，以前加密的文件仍可打开。",
        "New keys are made. Once they are proven, the old signing certificate retires; the old encryption "
        "key stays, so that files sealed for it still open."},
    Message{"enrolment.consent.retires-old",
            "将生成新密钥；新证书验证可用后，原证书及其密钥将从 Ukey 中删除。",
            "A new key is made. Once it is proven, the old certificate and its key are deleted."},
    Message{
        "enrolment.consent.loses-old",
        "Ukey "
        "空间不足：新证书验证可用后，原证书和原加密密钥将被删除，以前加密的文件将无法再打开。请先解密这些文件"
        "。",
        "The Ukey has too little room: once the new keys are proven, the old certificate and its "
        "encryption key are deleted, and files sealed for it can no longer be opened. Decrypt them first."},
    Message{
        "enrolment.consent.displaces",
        "为腾出空间，Ukey 中保留时间最久的一个旧加密密钥将立即删除，只能用它打开的文件将无法再打开。",
        "To make room, the oldest of the retired encryption keys is deleted now; files that only it opens "
        "can no longer be opened."},

    Message{"enrolment.holder.old", "原持有人：{value}", "Holder so far: {value}"},
    Message{"enrolment.holder.new", "新持有人：{value}", "New holder: {value}"},
    Message{"enrolment.holder.same", "持有人：{value}（不变）", "Holder: {value} (unchanged)"},
    Message{"enrolment.issuer.old", "原颁发机构：{value}", "Issuer so far: {value}"},
    Message{"enrolment.issuer.new", "新颁发机构：{value}", "New issuer: {value}"},
    Message{"enrolment.issuer.same", "颁发机构：{value}（不变）", "Issuer: {value} (unchanged)"},

    // ukeyctl.
    Message{"ukeyd.about", "让网页使用当前用户的 Ukey", "Lets web pages use the Ukey of this user"},
    Message{"ukeyd.option-port", "只监听这个端口；0 表示任一空闲端口",
            "Listen on this port alone; 0: on any free one"},
    Message{"ukeyd.option-state-dir", "状态保存在这个目录", "Keep state in this folder"},
    Message{"ukeyd.stop", "结束当前用户正在运行的 ukeyd（如果有）",
            "End the ukeyd of this user, if one runs"},
    Message{"ctl.about", "查看和管理 Ukey 助手", "Looks at Ukey Bridge and manages it"},
    Message{"ctl.option-config", "只使用这个配置文件", "Use this configuration file alone"},
    Message{"ctl.option-state-dir", "只看使用这个状态目录的 Ukey 助手",
            "Look at the Ukey Bridge that keeps its state in this folder"},
    Message{"ctl.option-version", "显示版本", "Say the version"},
    Message{"ctl.usage-command", "请给出要执行的命令。", "Say which command."},
    Message{"ctl.usage-missing", "缺少 {what}。", "{what} is missing."},
    Message{"ctl.usage-unknown", "没有这个命令或选项：{what}。",
            "There is no such command or option: {what}."},
    Message{"ctl.usage-wrong", "命令行有误：{what}。", "The command line is wrong: {what}."},
    Message{"ctl.usage-help", "用法见 ukeyctl --help。", "ukeyctl --help says how to use it."},
    Message{"ctl.option-help", "显示帮助", "Say how to use it"},
    Message{"ctl.option-json", "以 JSON 格式输出", "Write JSON, for scripts"},
    Message{"ctl.looking-at", "（查看的是端口 {port} 上正在运行的 Ukey 助手，状态目录 {folder}）",
            "(Looking at the Ukey Bridge that runs on port {port}, with its state in {folder})"},
    Message{"ctl.state-folder", "状态目录：{folder}", "Its state is in {folder}."},
    Message{
        "ctl.other-daemon",
        "端口 {port} 上还有一个 Ukey 助手 {version}，但它属于其他用户、使用其他配置，或版本较旧。",
        "Another Ukey Bridge {version} listens on port {port}: of another user, with another configuration, "
        "or an older one."},
    Message{"ctl.display", "Ukey 助手使用桌面 {display} 显示窗口。",
            "Windows open on the display {display}."},
    Message{"ctl.display-missing",
            "Ukey 助手看不到桌面 {display}，无法显示窗口。请在桌面会话中重新启动 ukeyd。",
            "Ukey Bridge does not see the desktop {display}, so it can show no window. Start ukeyd again "
            "from the "
            "desktop session."},
    Message{"ctl.soft-serial", "序列号", "Its serial number"},
    Message{"ctl.soft-model", "型号", "Its model"},
    Message{"ctl.soft-label", "标签", "Its label"},
    Message{"ctl.soft-plug-at-once", "随即插入", "Plug it in at once"},
    Message{"ctl.status", "Ukey 助手是否在运行", "Whether Ukey Bridge is running"},
    Message{"ctl.tokens", "列出已插入的 Ukey", "List the Ukeys that are plugged in"},
    Message{"ctl.doctor", "检查问题并给出解决办法", "Say what is wrong and what to do about it"},
    Message{"ctl.soft", "软件 Ukey（用于试用和测试）", "Soft tokens, for trying out and for tests"},
    Message{"ctl.soft-create", "新建软件 Ukey", "Make a soft token"},
    Message{"ctl.soft-plug", "插入软件 Ukey", "Plug a soft token in"},
    Message{"ctl.soft-unplug", "拔出软件 Ukey", "Pull a soft token out"},
    Message{"ctl.soft-remove", "删除软件 Ukey 及其中的密钥", "Destroy a soft token and its keys"},
    Message{"ctl.soft-list", "列出软件 Ukey", "List the soft tokens"},
    Message{"ctl.soft-created", "已新建软件 Ukey {serial}，初始密码 {pin}。",
            "Made the soft token {serial}; its first PIN is {pin}."},
    Message{"ctl.soft-plugged", "已插入 {serial}。", "{serial} is plugged in."},
    Message{"ctl.soft-unplugged", "已拔出 {serial}。", "{serial} is pulled out."},
    Message{"ctl.soft-removed", "已删除 {serial}。", "{serial} is destroyed."},
    Message{"ctl.plugged", "已插入", "in"},
    Message{"ctl.unplugged", "未插入", "out"},
    Message{"ctl.token",
            "{model}  {label}  序列号 {serial}  驱动 {driver}  状态 {state}  密码 {pin}（剩余 {tries} 次）",
            "{model}  {label}  serial number {serial}  driver {driver}  state {state}  PIN {pin} (tries left "
            "{tries})"},
    Message{"ctl.no-tokens", "没有插入 Ukey。若已插入，请检查其驱动程序是否已安装。",
            "No Ukey is plugged in. If one is, check that its maker's driver is installed."},
    Message{"ctl.fine", "[正常] {text}", "[ok]      {text}"},
    Message{"ctl.problem", "[问题] {text}", "[problem] {text}"},
    Message{"ctl.daemon-listens", "Ukey 助手 {version} 正在端口 {port} 上运行。",
            "Ukey Bridge {version} listens on port {port}."},
    Message{"ctl.daemon-missing", "Ukey 助手没有运行。请启动 ukeyd，或重新登录桌面。",
            "Ukey Bridge is not running. Start ukeyd, or log in to the desktop again."},
    Message{"ctl.port-taken", "端口 {port} 被其他程序占用，Ukey 助手会使用下一个端口。",
            "Another program has port {port}; Ukey Bridge takes the next one."},
    Message{"ctl.no-origins", "没有许可任何网站。请在配置的 origins 中加入网站地址。",
            "No site is allowed. Add the site's address to `origins` in the configuration."},
    Message{"ctl.origins", "配置中有 {count} 个许可的网站。", "Sites listed in the configuration: {count}."},
    Message{"ctl.pinentry", "密码对话框程序：{program}", "The PIN dialog is {program}."},
    Message{"ctl.pinentry-missing", "没有可用的密码对话框程序。请安装 pinentry-gtk2 或 pinentry-curses。",
            "There is no PIN dialog that works here. Install pinentry-gtk2 or pinentry-curses."},
    Message{"ctl.driver", "驱动 {name}（{library}）正常。", "The driver {name} ({library}) works."},
    Message{"ctl.driver-broken", "驱动 {name}（{library}）不能使用：{problem}",
            "The driver {name} ({library}) does not work: {problem}"},
    Message{"ctl.token-locked", "Ukey {serial} 的密码已锁定，请申请解锁。",
            "The PIN of the Ukey {serial} is locked. Ask for an unlock."},
    Message{"ctl.token-blank", "Ukey {serial} 未初始化，请联系发证机构。",
            "The Ukey {serial} is blank. Ask the issuer to initialise it."},
    Message{"ctl.token-ready", "Ukey {serial} 可以使用。", "The Ukey {serial} is ready."},
    Message{"ctl.enrolments", "未完成的证书办理", "Enrolments that are not finished"},
    Message{"ctl.enrolments-list", "列出未完成的办理", "List them"},
    Message{"ctl.enrolments-abort", "撤销一项办理，使 Ukey 恢复原状",
            "Give one up and take the Ukey back to what it was"},
    Message{"ctl.enrolments-forget", "Ukey 已遗失或已重置：只删除记录，不操作 Ukey",
            "The Ukey is lost or was reset: forget the enrolment, do nothing to the Ukey"},
    Message{"ctl.enrolment", "{id}  {kind}  序列号 {serial}  网站 {origin}  状态 {step}  开始于 {started}",
            "{id}  {kind}  serial number {serial}  site {origin}  state {step}  begun {started}"},
    Message{"ctl.no-enrolments", "状态目录 {folder} 中没有未完成的办理。",
            "No enrolment is unfinished in {folder}."},
    Message{"ctl.enrolment-aborted", "已撤销 {id}，Ukey 已恢复原状。",
            "{id} is given up; the Ukey is as it was before."},
    Message{"ctl.enrolment-forgotten", "已删除 {id} 的记录。", "{id} is forgotten."},
    Message{"ctl.unlock", "用管理员密码解锁 Ukey", "Unlock a Ukey with its administrator PIN"},
    Message{"ctl.unlocked", "已解锁 {serial}，请使用新密码。", "{serial} is unlocked; use the new PIN."},
    Message{"ctl.pin", "Ukey 密码", "The PIN of a Ukey"},
    Message{"ctl.pin-change", "修改密码", "Change it"},
    Message{"ctl.pin-changed", "已修改 {serial} 的密码。", "The PIN of {serial} is changed."},
    Message{"ctl.pin-driver", "有多个驱动识别到该序列号时，指定其中一个",
            "The driver to take when several know that serial number"},
    Message{"ctl.sites", "哪些网站可以使用 Ukey", "Which sites may use the Ukeys"},
    Message{"ctl.sites-list", "列出策略许可和用户许可的网站",
            "List those of the policy and those that you allowed"},
    Message{"ctl.sites-revoke", "收回对一个网站的许可", "Take back what you allowed a site"},
    Message{"ctl.sites-scope", "只收回这一项权限", "Take back this scope alone"},
    Message{"ctl.site-by-policy", "策略  {origin}  {scopes}", "policy  {origin}  {scopes}"},
    Message{"ctl.site-by-user", "用户  {origin}  {scopes}  自 {since}",
            "user    {origin}  {scopes}  since {since}"},
    Message{"ctl.no-sites", "没有许可任何网站。", "No site is allowed."},
    Message{"ctl.site-revoked", "已收回对 {origin} 的许可。", "{origin} is not allowed any more."},
    Message{"ctl.site-unknown", "用户没有许可 {origin}；策略的许可只能在配置中修改。",
            "You allowed {origin} nothing; what the policy allows is changed in the configuration."},
    Message{"ctl.audit", "审计日志", "The audit log"},
    Message{"ctl.audit-list", "列出最近的记录", "List the newest rows"},
    Message{"ctl.audit-count", "条数", "How many"},
    Message{"ctl.audit-verify", "检查日志是否完整、未被改动", "Check that no row was changed or taken away"},
    Message{"ctl.audit-export", "以 JSON Lines 格式输出全部记录", "Write all rows as JSON Lines"},
    Message{"ctl.audit-row", "{number}  {time}  {origin}  {operation}  {outcome}  {token}",
            "{number}  {time}  {origin}  {operation}  {outcome}  {token}"},
    Message{"ctl.audit-intact", "审计日志完整，共 {count} 条。", "The audit log is intact: {count} rows."},
    Message{"ctl.audit-broken", "审计日志被改动：从第 {number} 条起不可信。",
            "The audit log was tampered with: it cannot be trusted from row {number} on."},
    Message{
        "ctl.file-set-aside", "{file} 已损坏（例如断电所致），已换名保存，其余照常工作。不再需要时请删除。",
        "{file} was damaged, by a power cut for example, and set aside; the rest works. Delete it when you "
        "do not need it."},
    Message{"ctl.no-audit", "状态目录 {folder} 中还没有审计记录。", "Nothing was recorded yet in {folder}."},
    Message{"ctl.config-fine", "配置文件正确。", "The configuration is valid."},
    Message{"ctl.config-broken", "配置或驱动有误：{problem}",
            "The configuration or a driver is at fault: {problem}"},

    // What a site may be allowed, as the dialog lists it.
    Message{"scope.tokens", "查看已插入的 Ukey（型号和序列号）",
            "See which Ukeys are plugged in (models and serial numbers)"},
    Message{"scope.certificates", "查看 Ukey 中的证书", "See the certificates on them"},
    Message{"scope.sign", "请求登录和数字签名", "Ask you to log in and to sign"},
    Message{"scope.decrypt", "请求解密文件", "Ask you to decrypt files"},
    Message{"scope.manage", "管理 Ukey（办理证书、修改密码、解锁）",
            "Manage the Ukey (issue certificates, change or unlock the PIN)"},

    Message{"scope.digest", "请求对摘要签名（无法显示所签内容）",
            "Ask you to sign digests, whose content cannot be shown"},

    // What a PIN allows a site, as its dialog says.
    Message{"dialog.allows", "验证后，该网站可以{acts}，直到关闭页面、拔出 Ukey 或 {minutes} 分钟未使用。",
            "This allows the site to {acts}, until the page is closed, the Ukey is unplugged or {minutes} "
            "minutes pass without use."},
    Message{"allows.sign", "请求登录和签名且不再询问", "log in and sign without asking again"},
    Message{"allows.sign-each", "请求登录和签名（每次都会先询问）",
            "log in and sign, each time after asking you"},
    Message{"allows.digest", "对无法显示内容的摘要签名", "sign digests, whose content cannot be shown"},
    Message{"allows.decrypt", "解密文件", "decrypt files"},
    Message{"allows.manage", "管理证书（每步都会先询问）", "manage certificates, each step after asking you"},
    Message{"allows.and", "，", "; "},
    Message{"dialog.batch", "共 {count} 项，第一项：{first}；最后一项：{last}；清单摘要：{digest}",
            "{count} items, from \"{first}\" to \"{last}\"; digest of the list: {digest}"},
    Message{"dialog.size", "{octets} 字节", "{octets} octets"},
    Message{"dialog.digest-only", "所签内容无法显示，只有摘要：{digest}",
            "What is signed cannot be shown; this is its digest: {digest}"},

    // Parts of a dialog.
    Message{"dialog.title", "Ukey 助手", "Ukey Bridge"},
    Message{"dialog.site", "网站：{value}", "Site: {value}"},
    Message{"dialog.program", "程序：{value}", "Program: {value}"},
    Message{"dialog.operation", "操作：{value}", "Operation: {value}"},
    Message{"dialog.token", "Ukey：{label}（序列号 {serial}）", "Ukey: {label} (serial number {serial})"},
    Message{"dialog.token-unlabelled", "Ukey：序列号 {serial}", "Ukey: serial number {serial}"},
    Message{"dialog.certificate", "证书：{value}", "Certificate: {value}"},
    Message{"dialog.tries-left", "剩余尝试次数：{count}", "Tries left: {count}"},
    Message{"dialog.last-try", "这是最后一次机会，再输错将锁定 Ukey！",
            "This is the last try: another wrong PIN locks the Ukey!"},
    Message{
        "dialog.administrator-last-try",
        "这是管理员密码的最后一次机会，再错一次只能由发证机构重新初始化该 Ukey！",
        "This is the last try of the administrator PIN: after another wrong one only the issuer can set the "
        "Ukey up anew!"},
    Message{"dialog.few-tries", "密码曾输错，请仔细核对。",
            "The PIN was entered wrong before. Please check it carefully."},
    Message{"dialog.default-pin", "当前仍为出厂初始密码，请尽快修改。",
            "The PIN is still the one set by the factory. Please change it soon."},
    Message{"dialog.default-pin-named", "当前仍为出厂初始密码 {pin}，请尽快修改。",
            "The PIN is still the one set by the factory, {pin}. Please change it soon."},
    Message{"dialog.old-is-default", "原密码是出厂初始密码，见随 Ukey 附带的说明。",
            "The current PIN is the one set by the factory; it is in the papers that came with the Ukey."},
    Message{"dialog.old-is-default-named", "原密码是出厂初始密码 {pin}。",
            "The current PIN is the one set by the factory, {pin}."},
    Message{"dialog.choose-own", "此 Ukey 仍为出厂初始密码 {pin}，请设置您自己的密码。",
            "The Ukey has the PIN set by the factory, {pin}. Choose one of your own."},
    Message{"dialog.initial-pin-wrong", "出厂初始密码 {pin} 不是当前密码，请输入当前密码。",
            "The PIN set by the factory, {pin}, is not the current one. Enter the current one."},
    Message{"dialog.page-text", "网页提供的说明（未经核实）：", "Text from the page (not verified):"},
    Message{"dialog.ok", "确定", "OK"},
    Message{"dialog.cancel", "取消", "Cancel"},
    Message{"prompt.wait", "请停止按键片刻，或点击此窗口，然后再操作。",
            "Stop typing for a moment, or click this window, to begin."},
    Message{"dialog.overlooked", "Ukey 助手的窗口正在等待您操作。如果没有看到，请查看任务栏。",
            "A window of Ukey Bridge is waiting for you. If you do not see it, look at the task bar."},
    Message{"prompt.ready", "请核对以上信息后再操作。", "Check what is said above before you go on."},
    Message{"dialog.allow", "允许", "Allow"},
    Message{"dialog.deny", "不允许", "Do not allow"},
    Message{"dialog.agree", "同意", "Agree"},
    Message{"dialog.meeting-code", "校验码：{code}（应与网页上显示的相同）",
            "Code: {code} (the page must show the same)"},
    Message{"dialog.same", "相同", "The same"},
    Message{"dialog.different", "不同", "Different"},
    Message{"dialog.make-visible", "显示密码", "Show the PIN"},
    Message{"dialog.hide", "隐藏密码", "Hide the PIN"},
    Message{"dialog.confirm-visible", "要在屏幕上显示密码吗？", "Show the PIN on the screen?"},
    Message{"dialog.caps-lock", "大写锁定已打开", "Caps Lock is on"},
    Message{"dialog.next", "下一个", "Next"},
    Message{"dialog.try-anyway", "继续尝试", "Try anyway"},
    Message{"dialog.pin", "密码", "PIN"},
    Message{"dialog.old-pin", "原密码", "Current PIN"},
    Message{"dialog.new-pin", "新密码", "New PIN"},
    Message{"dialog.repeat-pin", "确认新密码", "New PIN again"},
    Message{"dialog.administrator-pin", "管理员密码", "Administrator PIN"},
    Message{"dialog.pin-rule", "新密码须为 {min} 至 {max} 位。",
            "The new PIN must have {min} to {max} characters."},
    Message{
        "dialog.odd-length",
        "该 Ukey 标明密码为 {min} 至 {max} 位，您输入的密码长度不在此范围内。如果输错，将消耗一次尝试机会。",
        "This Ukey says that its PINs have {min} to {max} characters, and yours has not. If it is wrong, "
        "one try is lost."},
    Message{"dialog.pins-differ", "两次输入的新密码不一致。", "The two new PINs are not the same."},
    Message{"dialog.pin-length", "密码长度须为 {min} 至 {max} 位。",
            "The PIN must have {min} to {max} characters."},
    Message{"dialog.pin-default", "新密码不能与出厂初始密码相同。",
            "The new PIN must not be the one set by the factory."},
    Message{"dialog.pin-repeated", "新密码不能是同一字符的重复。",
            "The new PIN must not be one character repeated."},
    Message{"dialog.pin-run", "新密码不能是连续的数字或字母。",
            "The new PIN must not be a run of digits or letters."},
    Message{"dialog.pin-unchanged", "新密码不能与原密码相同。",
            "The new PIN must differ from the current one."},
});

const Message* find(std::string_view key) noexcept {
    const auto* row =
        std::find_if(kMessages.begin(), kMessages.end(), [&](const Message& m) { return m.key == key; });
    return row == kMessages.end() ? nullptr : row;
}

std::string fill(std::string_view text, std::initializer_list<Filling> values) {
    std::string filled;
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t open = text.find('{', at);
        const std::size_t close = open == std::string_view::npos ? open : text.find('}', open);
        if (close == std::string_view::npos) return filled.append(text.substr(at));
        filled.append(text.substr(at, open - at));
        const std::string_view name = text.substr(open + 1, close - open - 1);
        const auto* value =
            std::find_if(values.begin(), values.end(), [&](const Filling& f) { return f.name == name; });
        filled.append(value == values.end() ? text.substr(open, close - open + 1) : value->value);
        at = close + 1;
    }
    return filled;
}

std::string errorText(Language language, std::string prefix, ErrorCode code, bool ofAdministratorPin) {
    if (ofAdministratorPin) {
        const std::string key = prefix + "administrator-" + std::string(toString(code));
        if (hasMessage(key)) return message(language, key);
    }
    return message(language, prefix.append(toString(code)));
}

std::string errorText(Language language, const char* prefix, const Error& error) {
    if (!error.reason().empty()) {
        const std::string key =
            prefix + std::string(toString(error.code())) + "." + std::string(error.reason());
        if (hasMessage(key)) return message(language, key);
    }
    return errorText(language, prefix, error.code(), error.ofAdministratorPin());
}

}  // namespace

Language languageFrom(std::string_view locale) noexcept {
    if (locale.size() < 2) return Language::english;
    const bool zh = (locale[0] | 0x20) == 'z' && (locale[1] | 0x20) == 'h';
    const bool ends = locale.size() == 2 || locale[2] == '-' || locale[2] == '_' || locale[2] == '.';
    return zh && ends ? Language::chinese : Language::english;
}

std::string_view toString(Language language) noexcept {
    return language == Language::chinese ? "zh-CN" : "en";
}

std::string message(Language language, std::string_view key, std::initializer_list<Filling> values) {
    const Message* row = find(key);
    if (row == nullptr) return std::string(key);
    return fill(language == Language::chinese ? row->chinese : row->english, values);
}

bool hasMessage(std::string_view key) noexcept { return find(key) != nullptr; }

std::string errorMessage(Language language, ErrorCode code) {
    return errorText(language, "error.", code, false);
}

std::string errorHint(Language language, ErrorCode code) { return errorText(language, "hint.", code, false); }

std::string errorMessage(Language language, const Error& error) {
    std::string text = errorText(language, "error.", error);
    // Whatever it was, the user now has another PIN.
    if (error.reason() == kPinChanged) text = message(language, "reason.pin-changed", {{"what", text}});
    return text;
}

std::string errorHint(Language language, const Error& error) { return errorText(language, "hint.", error); }

std::span<const Message> allMessages() noexcept { return kMessages; }

}  // namespace ukey
