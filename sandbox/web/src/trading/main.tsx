import { render } from "preact";
import { LanguageProvider } from "../shared/language";
import "../shared/styles.css";
import "../shared/parts.css";
import "./bidding/bidding.css";
import { App } from "./app";

const root = document.getElementById("app");
if (root) {
  render(
    <LanguageProvider title="trading.title">
      <App />
    </LanguageProvider>,
    root,
  );
}
