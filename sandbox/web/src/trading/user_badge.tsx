import type { User } from "./api";
import { Icon } from "../shared/components";
import { algorithmName } from "../shared/format";
import { useLanguage } from "../shared/language";

export function UserBadge({ user, onLogout }: { user: User; onLogout(): void }) {
  const { t } = useLanguage();
  return (
    <div class="user-badge">
      <Icon name="user" />
      <div class="user-badge-text" title={user.subjectText}>
        <span class="visually-hidden">{t("user.loggedInAs")}</span>
        <strong data-testid="user-name">{user.name}</strong>
        <span class="user-badge-algorithm">{algorithmName(user.algorithm)}</span>
      </div>
      <button type="button" class="button-quiet" data-testid="logout" onClick={onLogout}>
        {t("user.logout")}
      </button>
    </div>
  );
}
