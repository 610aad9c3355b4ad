// The text messages that the portal "sent": what a phone would show.
import { Icon, Notice, PageHeading } from "../shared/components";
import { formatDateTime } from "../shared/format";
import { useLanguage } from "../shared/language";
import { api, type Message } from "./api";
import { Complaint, Loading } from "../shared/parts";
import { useLoaded } from "../shared/use_loaded";

export function OutboxPage() {
  const { t } = useLanguage();
  const loaded = useLoaded(async () => (await api.outbox()).messages);
  return (
    <div class="content content-narrow">
      <div class="content-head">
        <PageHeading>{t("outbox.title")}</PageHeading>
        <button type="button" class="button-plain" data-testid="reload-outbox" onClick={loaded.reload}>{t("action.refresh")}</button>
      </div>
      <Notice tone="info"><p>{t("outbox.demo")}</p></Notice>
      <Complaint title="outbox.failed" error={loaded.error} />
      {!loaded.value && loaded.error === undefined && <Loading />}
      {loaded.value?.length === 0 && <p class="empty">{t("outbox.none")}</p>}
      <ul class="messages" data-testid="messages">
        {loaded.value?.map((message, index) => <MessageBubble key={loaded.value!.length - index} message={message} />)}
      </ul>
    </div>
  );
}

function MessageBubble({ message }: { message: Message }) {
  const { locale, t } = useLanguage();
  return (
    <li class="message" data-testid="message" data-phone={message.phone}>
      <p class="message-head">
        <Icon name="mail" />
        {t("outbox.to", { phone: message.phone })}
        <time dateTime={message.sent}>{formatDateTime(message.sent, locale)}</time>
      </p>
      <p class="message-text">{withDigitsMarked(message.text[locale])}</p>
    </li>
  );
}

/** Codes stand out, and can be copied by a double click. */
function withDigitsMarked(text: string) {
  return text.split(/(\d{6,})/).map((part, index) => (index % 2 ? <strong key={index} class="message-code">{part}</strong> : part));
}
