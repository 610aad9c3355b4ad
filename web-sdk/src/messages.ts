/** Words for the errors that arise on this side of the connection. The bridge words its own. */

/** Codes of errors that the SDK finds by itself; all others come from the bridge (`ErrorCode`). */
export const sdkErrorCodes = [
  "not-installed",
  "not-running",
  "permission-prompt",
  "permission-denied",
  "insecure-page",
  "frame-not-delegated",
  "outdated",
  "identity-changed",
  "identity-unconfirmed",
  "connection-lost",
  "closed",
] as const;
export type SdkErrorCode = (typeof sdkErrorCodes)[number];

interface Words {
  message: string;
  hint: string;
}

/** Languages in which there are words. */
export type MessageLanguage = "zh-CN" | "en";

/** What there are words for: also for two that the bridge says before it is known who it is, and one that it need not be asked for. */
type WordsKey = SdkErrorCode | "origin-denied" | "refused" | "too-large";

const words: Record<WordsKey, Record<MessageLanguage, Words>> = {
  "not-installed": {
    "zh-CN": { message: "未检测到 Ukey 助手。", hint: "请先安装 Ukey 助手，安装完成后再试一次。" },
    en: { message: "Ukey Bridge was not found.", hint: "Install Ukey Bridge, then try again." },
  },
  "not-running": {
    "zh-CN": { message: "Ukey 助手没有运行。", hint: "请从开始菜单启动 Ukey 助手，然后再试一次。" },
    en: { message: "Ukey Bridge is not running.", hint: "Start Ukey Bridge from the start menu, then try again." },
  },
  "permission-prompt": {
    "zh-CN": {
      message: "浏览器正在等待您允许本网站访问本机的 Ukey 助手。",
      hint: "请重试，并在浏览器弹出的提示中点击“允许”。",
    },
    en: {
      message: "The browser waits for you to let this site reach Ukey Bridge on this computer.",
      hint: "Try again and choose “Allow” when the browser asks.",
    },
  },
  "permission-denied": {
    "zh-CN": {
      message: "浏览器已禁止本网站访问本机的 Ukey 助手。",
      hint: "请点击地址栏左侧的图标，在网站设置中允许访问本机上的其他应用和服务，然后刷新页面。",
    },
    en: {
      message: "The browser keeps this site from reaching Ukey Bridge on this computer.",
      hint: "Click the icon left of the address, allow access to other apps and services on this device, and reload the page.",
    },
  },
  "insecure-page": {
    "zh-CN": { message: "本页面未使用 https，浏览器不允许其访问 Ukey 助手。", hint: "请使用以 https:// 开头的网址打开本网站。" },
    en: {
      message: "This page is not served over https, so the browser keeps it from reaching Ukey Bridge.",
      hint: "Open the site by its https:// address.",
    },
  },
  "frame-not-delegated": {
    "zh-CN": {
      message: "本页面嵌在另一网站的框架中，没有获得访问 Ukey 助手的授权。",
      hint: "请在新窗口中直接打开本页面；网站开发者可为框架添加 allow=\"loopback-network\"。",
    },
    en: {
      message: "This page stands in a frame of another site that did not delegate the access to Ukey Bridge.",
      hint: "Open the page in a window of its own; its developer can add allow=\"loopback-network\" to the frame.",
    },
  },
  outdated: {
    "zh-CN": { message: "Ukey 助手的版本过低。", hint: "请安装新版本的 Ukey 助手，然后刷新页面。" },
    en: { message: "Ukey Bridge is too old for this site.", hint: "Install the current Ukey Bridge and reload the page." },
  },
  "identity-changed": {
    "zh-CN": {
      message: "本机应答的程序不是本网站以前使用的 Ukey 助手，已停止与其通信。",
      hint: "如果您刚刚重新安装了 Ukey 助手，请在页面上确认后重试；如果没有，请不要继续，并将错误代码告知客服热线。",
    },
    en: {
      message: "The program that answers on this computer is not the Ukey Bridge that this site knows. The page does not talk to it.",
      hint: "If you have just installed Ukey Bridge anew, confirm that on the page and try again. If not, do not go on: call the hotline and give the code.",
    },
  },
  "identity-unconfirmed": {
    "zh-CN": {
      message: "本机应答的程序未经确认是 Ukey 助手，未向其发送任何数据。",
      hint: "请重试，并在两处显示的校验码相同时选择“相同”；如果没有出现 Ukey 助手的窗口，请不要继续，并联系客服热线。",
    },
    en: {
      message: "Nobody confirmed that the program that answers on this computer is Ukey Bridge. Nothing was sent to it.",
      hint: "Try again, and say on both sides that the code is the same if it is. If no window of Ukey Bridge appears, do not go on: call the hotline.",
    },
  },
  "connection-lost": {
    "zh-CN": { message: "与 Ukey 助手的连接已中断，操作没有完成。", hint: "请再试一次。" },
    en: { message: "The connection to Ukey Bridge was lost before the work was done.", hint: "Try again." },
  },
  closed: {
    "zh-CN": { message: "与 Ukey 助手的连接已关闭。", hint: "请刷新页面。" },
    en: { message: "The connection to Ukey Bridge was closed.", hint: "Reload the page." },
  },
  "origin-denied": {
    "zh-CN": { message: "本网站未被授权使用 Ukey 助手。", hint: "请联系管理员，将本网站加入 Ukey 助手的允许列表。" },
    en: { message: "This site may not use Ukey Bridge.", hint: "Ask the administrator to add this site to the list of Ukey Bridge." },
  },
  "too-large": {
    "zh-CN": { message: "数据过大。", hint: "请减小文件后重试。" },
    en: { message: "The data is too large.", hint: "Try again with a smaller file." },
  },
  refused: {
    "zh-CN": { message: "Ukey 助手没有接受本页面的连接。", hint: "请稍后再试一次。" },
    en: { message: "Ukey Bridge did not accept the connection of this page.", hint: "Try again in a moment." },
  },
};

/** What the page asks when it meets a bridge first; the code stands after `question`. */
interface MeetingWords {
  title: string;
  question: string;
  /** `no`: what the button for that says. */
  advice(no: string): string;
  same: string;
  different: string;
  /** The browser's own button. */
  cancel: string;
}

const meeting: Record<MessageLanguage, MeetingWords> = {
  "zh-CN": {
    title: "本网站首次使用本机的 Ukey 助手",
    question: "请核对：Ukey 助手的窗口中显示的校验码是否与此相同？",
    advice: (no) => `请在两处都确认相同；如果没有出现该窗口，请点击“${no}”。`,
    same: "相同",
    different: "不同",
    cancel: "取消",
  },
  en: {
    title: "This site uses the Ukey Bridge of this computer for the first time",
    question: "Does the window of Ukey Bridge show the same code?",
    advice: (no) => `Say in both places that it is the same. If there is no such window, choose “${no}”.`,
    same: "The same",
    different: "Different",
    cancel: "Cancel",
  },
};

/** @internal */
export function meetingWords(locale: string): MeetingWords {
  return meeting[languageOf(locale)];
}

/** @internal The same as one text, for a browser without dialogs of the page's own. */
export function meetingText(code: string, locale: string): string {
  const { title, question, advice, cancel } = meetingWords(locale);
  return [title, `${question} ${code}`, advice(cancel)].join("\n\n");
}

/** The language of `locale` if there are words in it, English otherwise. */
export function languageOf(locale: string | undefined): MessageLanguage {
  return locale?.toLowerCase().startsWith("zh") ? "zh-CN" : "en";
}

export function wordsFor(code: WordsKey, locale: string | undefined): Words {
  return words[code][languageOf(locale)];
}
