import { Icon } from "../shared/components";
import { useLanguage } from "../shared/language";
import type { Account } from "./api";

export function AccountBadge({ account, onLogout }: { account: Account; onLogout(): void }) {
  const { t } = useLanguage();
  return (
    <div class="user-badge">
      <Icon name="user" />
      <div class="user-badge-text">
        <span class="visually-hidden">{t("user.loggedInAs")}</span>
        <strong data-testid="account-name">{account.name}</strong>
        <span class="user-badge-algorithm">{masked(account.phone)}</span>
      </div>
      <button type="button" class="button-quiet" data-testid="logout" onClick={onLogout}>
        {t("user.logout")}
      </button>
    </div>
  );
}

function masked(phone: string): string {
  return phone.replace(/^(\d{3})\d{4}/, "$1****");
}
