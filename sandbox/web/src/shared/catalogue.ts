// All words of the sandbox's pages, in both languages. `{name}` is filled in by `text`.
import type { Bilingual, Locale } from "./locale";
import { bidWords } from "./bid_words";
import { downloadWords } from "./download_words";
import { portalWords } from "./portal_words";
import { tenderWords } from "./tender_words";
import { unlockWords } from "./unlock_words";
import { wizardWords } from "./wizard_words";

const words = {
  ...bidWords,
  ...downloadWords,
  ...portalWords,
  ...tenderWords,
  ...wizardWords,
  ...unlockWords,
  "language.name": { "zh-CN": "中文", en: "English" },
  "language.switch": { "zh-CN": "界面语言", en: "Language" },
  "page.skip": { "zh-CN": "跳到主要内容", en: "Skip to the main content" },
  "page.demo": { "zh-CN": "演示环境", en: "Demonstration" },
  "page.hotline": { "zh-CN": "客服热线 400-000-0000（演示）", en: "Hotline 400-000-0000 (demonstration)" },
  "page.footer": {
    "zh-CN": "本网站是 Ukey Bridge 的演示环境，地块与单位均为虚构。",
    en: "This site is a demonstration of Ukey Bridge. All parcels and names are made up.",
  },
  "error.code": { "zh-CN": "错误代码", en: "Error code" },
  "error.hotline": { "zh-CN": "致电客服时请报此代码。", en: "Give this code when you call the hotline." },
  "error.network": { "zh-CN": "无法连接本网站的服务器，请检查网络后重试。", en: "The site's server cannot be reached. Check the network and try again." },
  "error.unexpected": { "zh-CN": "出现意外错误，请重试。", en: "Something unexpected went wrong. Please try again." },
  "action.retry": { "zh-CN": "重试", en: "Try again" },
  "action.cancel": { "zh-CN": "取消", en: "Cancel" },
  "action.close": { "zh-CN": "关闭", en: "Close" },

  "trading.title": { "zh-CN": "国有建设用地使用权网上交易系统", en: "Online Trading of State-owned Land Use Rights" },
  "trading.authority": { "zh-CN": "自然资源和规划厅 · 土地交易平台", en: "Department of Natural Resources and Planning" },
  "trading.claim": { "zh-CN": "公开、公平、公正的土地使用权交易", en: "Land use rights, traded in the open" },
  "trading.point.certificate": { "zh-CN": "使用数字证书（Ukey）登录，身份真实可信", en: "Log in with your Ukey; identities are verified" },
  "trading.point.signature": { "zh-CN": "每一次报价均经电子签名，具有法律效力", en: "Every bid is signed and legally binding" },
  "trading.point.pin": { "zh-CN": "密码只在本机窗口中输入，网页无法获取", en: "Your PIN is entered in a window of this computer, never in the page" },

  "login.title": { "zh-CN": "数字证书登录", en: "Log in with a certificate" },
  "login.connect.title": { "zh-CN": "连接 Ukey 助手", en: "Connect Ukey Bridge" },
  "login.connect.text": {
    "zh-CN": "登录需要本机的 Ukey 助手。首次连接时浏览器会询问是否允许访问本机的其他应用和服务，请选择“允许”。",
    en: "Logging in needs Ukey Bridge on this computer. The first time, the browser asks whether this site may access other apps and services on this device: choose “Allow”.",
  },
  "login.connect.action": { "zh-CN": "连接", en: "Connect" },
  "login.connecting": { "zh-CN": "正在连接 Ukey 助手…", en: "Connecting to Ukey Bridge…" },
  "login.permission": { "zh-CN": "请在浏览器地址栏下方的提示中点击“允许”。", en: "Choose “Allow” in the question below the address bar." },
  "login.missing.title": { "zh-CN": "Ukey 助手未就绪", en: "Ukey Bridge is not ready" },
  "login.newInstallation": {
    "zh-CN": "我刚刚重新安装了 Ukey 助手，信任新的安装",
    en: "I have just installed Ukey Bridge anew: trust the new one",
  },
  "login.connected": { "zh-CN": "Ukey 助手已连接", en: "Ukey Bridge connected" },
  "login.offline": { "zh-CN": "连接中断，正在重新连接…", en: "Connection lost, reconnecting…" },
  "login.plug.title": { "zh-CN": "请插入 Ukey", en: "Plug in your Ukey" },
  "login.plug.text": { "zh-CN": "将 Ukey 插入电脑的 USB 接口，证书会自动显示在这里。", en: "Plug your Ukey into a USB port. Its certificates appear here by themselves." },
  "login.empty.title": { "zh-CN": "Ukey 中没有可用的签名证书", en: "There is no signing certificate on the Ukey" },
  "login.empty.text": { "zh-CN": "已检测到：{tokens}。请先在自助服务平台办理证书。", en: "Found: {tokens}. Get a certificate on the self-service portal first." },
  "login.choose": { "zh-CN": "选择登录证书", en: "Choose a certificate" },
  "login.submit": { "zh-CN": "登录", en: "Log in" },
  "login.step.challenge": { "zh-CN": "正在获取登录请求…", en: "Getting a login request…" },
  "login.step.pin": { "zh-CN": "请在弹出的窗口中输入密码", en: "Enter the PIN in the window that has opened" },
  "login.step.pin.hint": { "zh-CN": "窗口由本机的 Ukey 助手打开，可能位于浏览器后面。", en: "Ukey Bridge opened it on this computer; it may be behind the browser." },
  "login.step.verify": { "zh-CN": "正在验证签名…", en: "Checking the signature…" },
  "login.failed": { "zh-CN": "登录未成功", en: "The login did not succeed" },
  "login.unlock": { "zh-CN": "到自助服务平台解锁", en: "Unlock it on the self-service portal" },
  "login.none": { "zh-CN": "请选择登录证书。", en: "Choose a certificate." },
  "login.triesLeft": { "zh-CN": "还可尝试 {count} 次，用尽后 Ukey 将被锁定。", en: "Tries left: {count}. After that the Ukey locks." },
  "login.cancelled": { "zh-CN": "登录已取消。", en: "The login was cancelled." },
  "login.removed": { "zh-CN": "因为 Ukey 被拔出，您已安全退出。", en: "You have been logged out because the Ukey was unplugged." },
  "login.loggedOut": { "zh-CN": "您已安全退出。", en: "You have been logged out." },
  "login.sessionEnded": { "zh-CN": "登录已失效，请重新登录。", en: "Your login has ended. Please log in again." },

  "certificate.issuer": { "zh-CN": "颁发机构", en: "Issuer" },
  "certificate.validity": { "zh-CN": "有效期", en: "Valid" },
  "certificate.range": { "zh-CN": "{from} 至 {to}", en: "{from} to {to}" },
  "certificate.token": { "zh-CN": "所在 Ukey", en: "Ukey" },
  "certificate.serial": { "zh-CN": "序列号 {serial}", en: "No. {serial}" },
  "certificate.expired": { "zh-CN": "已过期", en: "Expired" },
  "certificate.notYet": { "zh-CN": "尚未生效", en: "Not yet valid" },
  "certificate.expiring": { "zh-CN": "{days} 天后到期", en: "Expires in {days} days" },
  "pin.low": { "zh-CN": "密码曾输错，请谨慎输入", en: "The PIN was entered wrongly before" },
  "pin.final": { "zh-CN": "密码只剩最后一次机会", en: "One try is left for the PIN" },
  "pin.locked": { "zh-CN": "密码已锁定", en: "The PIN is locked" },
  "changePin.action": { "zh-CN": "修改密码", en: "Change the PIN" },
  "changePin.running": { "zh-CN": "请在弹出的窗口中先输入原密码，再设置新密码。窗口由本机的 Ukey 助手打开，可能位于浏览器后面。", en: "Enter the current PIN in the window that has opened, then set a new one. Ukey Bridge opened it on this computer; it may be behind the browser." },
  "changePin.initial": { "zh-CN": "请在弹出的窗口中设置新密码；出厂初始密码（{pin}）由窗口自动核对。窗口由本机的 Ukey 助手打开，可能位于浏览器后面。", en: "Set a new PIN in the window that has opened, which checks the initial one ({pin}) by itself. Ukey Bridge opened it on this computer; it may be behind the browser." },
  "changePin.done": { "zh-CN": "密码已修改，请使用新密码。", en: "The PIN was changed. Use the new one." },
  "changePin.cancelled": { "zh-CN": "您取消了操作，密码没有改变。", en: "You cancelled. The PIN is as it was." },
  "changePin.failed": { "zh-CN": "密码没有修改", en: "The PIN was not changed" },
  "pin.default": { "zh-CN": "仍在使用初始密码，请尽快修改", en: "Still the initial PIN: change it soon" },

  "parcels.title": { "zh-CN": "出让地块", en: "Parcels for sale" },
  "parcels.count": { "zh-CN": "共 {count} 宗", en: "{count} parcels" },
  "parcels.filter": { "zh-CN": "按状态筛选", en: "Filter by status" },
  "parcels.all": { "zh-CN": "全部", en: "All" },
  "parcels.loading": { "zh-CN": "正在加载…", en: "Loading…" },
  "parcels.none": { "zh-CN": "没有符合条件的地块。", en: "No parcels." },
  "parcels.number": { "zh-CN": "公告编号", en: "Notice" },
  "parcels.parcel": { "zh-CN": "地块", en: "Parcel" },
  "parcels.use": { "zh-CN": "用途", en: "Use" },
  "parcels.area": { "zh-CN": "面积", en: "Area" },
  "parcels.areaValue": { "zh-CN": "{value} 平方米", en: "{value} m²" },
  "parcels.price": { "zh-CN": "起始价", en: "Starting price" },
  "parcels.deposit": { "zh-CN": "竞买保证金", en: "Deposit" },
  "parcels.depositValue": { "zh-CN": "保证金 {value}", en: "Deposit {value}" },
  "parcels.money": { "zh-CN": "{value} 万元", en: "¥ {value} m" },
  "parcels.deadline": { "zh-CN": "报名截止", en: "Deadline" },
  "parcels.daysLeft": { "zh-CN": "剩余 {days} 天", en: "{days} days left" },
  "parcels.lastDay": { "zh-CN": "今日截止", en: "Closes today" },
  "parcels.status": { "zh-CN": "状态", en: "Status" },
  "parcels.status.announced": { "zh-CN": "公告中", en: "Announced" },
  "parcels.status.listing": { "zh-CN": "竞买中", en: "Open for bids" },
  "parcels.status.closed": { "zh-CN": "已截止", en: "Closed" },

  "user.loggedInAs": { "zh-CN": "当前用户", en: "Logged in as" },
  "user.logout": { "zh-CN": "退出登录", en: "Log out" },
  "user.guarded": { "zh-CN": "拔出 Ukey 将立即退出登录。", en: "Unplugging the Ukey logs you out at once." },
  "user.unguarded": {
    "zh-CN": "暂时无法检测您的 Ukey，拔出后请手动退出登录。",
    en: "Your Ukey cannot be watched at the moment. Log out yourself when you unplug it.",
  },
} satisfies Record<string, Bilingual>;

export type TextKey = keyof typeof words;

export function text(locale: Locale, key: TextKey, values: Record<string, string | number> = {}): string {
  return words[key][locale].replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
}
