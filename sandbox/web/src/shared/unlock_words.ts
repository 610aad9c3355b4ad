// Words of the portal's page that unlocks a token.
import type { Bilingual } from "./locale";

export const unlockWords = {
  "unlock.title": { "zh-CN": "解锁 Ukey", en: "Unlock the Ukey" },
  "unlock.locked": { "zh-CN": "此 Ukey 的密码已锁定，解锁后才能使用。", en: "The PIN of this Ukey is locked. It works again after an unlock." },
  "unlock.unknown": { "zh-CN": "您的证书中没有写在序列号 {serial} 的 Ukey 上的。请用办理该证书的账户登录。", en: "None of your certificates is on the Ukey No. {serial}. Log in with the account that the certificate is of." },
  "unlock.short": { "zh-CN": "解锁", en: "Unlock" },
  "unlock.failed": { "zh-CN": "解锁未完成", en: "The Ukey was not unlocked" },
  "unlock.what": {
    "zh-CN": "密码输错次数过多时 Ukey 会锁定。解锁后由您在本机窗口中设置新的密码；证书和密钥不变，以前加密的文件不受影响。",
    en: "A Ukey locks after too many wrong PINs. When it is unlocked, you set a new PIN in a window of this computer; certificates and keys stay, and files sealed before are not affected.",
  },
  "unlock.ask": { "zh-CN": "申请解锁并获取验证码", en: "Ask for an unlock and a code" },
  "unlock.codeSent": { "zh-CN": "验证码已发送到您的手机，10 分钟内有效。演示环境请查看", en: "A code was sent to your phone; it is good for 10 minutes. In this demonstration see" },
  "unlock.verify": { "zh-CN": "提交验证码", en: "Submit the code" },
  "unlock.inReview": { "zh-CN": "手机已验证，等待业务员审核。演示环境请到此处审核：", en: "Your phone is proven; a clerk has to approve. In this demonstration that is done at:" },
  "unlock.rejected": { "zh-CN": "业务员未通过此申请：{note}", en: "The clerk rejected this: {note}" },
  "unlock.approved": { "zh-CN": "审核已通过，请在 24 小时内解锁。", en: "Approved. Unlock the Ukey within 24 hours." },
  "unlock.plugIn": { "zh-CN": "请插入序列号为 {serial} 的 Ukey。", en: "Plug in Ukey No. {serial}." },
  "unlock.start": { "zh-CN": "解锁并设置新密码", en: "Unlock and set a new PIN" },
  "unlock.running": { "zh-CN": "请在弹出的窗口中设置新的密码。窗口由本机的 Ukey 助手打开，可能位于浏览器后面。", en: "Set the new PIN in the window that has opened. Ukey Bridge opened it on this computer; it may be behind the browser." },
  "unlock.done": { "zh-CN": "Ukey 已解锁，请使用新的密码。", en: "The Ukey is unlocked. Use the new PIN." },
  "unlock.doneTemporary": {
    "zh-CN": "Ukey 已解锁。现在使用的是短信中的临时密码，下次登录时须先修改。",
    en: "The Ukey is unlocked with the temporary PIN of the text message. You will be asked to change it at the next login.",
  },
  "unlock.answered": { "zh-CN": "此解锁申请已使用。若 Ukey 仍被锁定，请重新申请。", en: "This unlock was used. If the Ukey is still locked, ask for another one." },
  "unlock.again": { "zh-CN": "重新申请", en: "Ask again" },
  "unlock.connect": {
    "zh-CN": "解锁需要本机的 Ukey 助手。首次连接时浏览器会询问是否允许访问本机的其他应用和服务，请选择“允许”。",
    en: "This needs Ukey Bridge on this computer. The first time, the browser asks whether this site may access other apps and services on this device: choose “Allow”.",
  },
} satisfies Record<string, Bilingual>;
