#include "sandbox/ra/schema.hpp"

namespace ukey::ra {

void createTables(sqlite::Database& database) {
    database.execute(R"(
CREATE TABLE IF NOT EXISTS account (
  id INTEGER PRIMARY KEY, kind TEXT NOT NULL, name TEXT NOT NULL, identity TEXT NOT NULL,
  phone TEXT NOT NULL UNIQUE, identified INTEGER NOT NULL DEFAULT 0, created INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS code (
  purpose TEXT PRIMARY KEY, salt TEXT NOT NULL, hash TEXT NOT NULL, expires INTEGER NOT NULL, tries INTEGER NOT NULL)
  WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS message (
  id INTEGER PRIMARY KEY, phone TEXT NOT NULL, zh TEXT NOT NULL, en TEXT NOT NULL, sent INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS holder_certificate (
  id INTEGER PRIMARY KEY, account INTEGER NOT NULL REFERENCES account, order_id INTEGER NOT NULL,
  token TEXT NOT NULL, algorithm TEXT NOT NULL, name TEXT NOT NULL, sign_serial TEXT NOT NULL,
  encrypt_serial TEXT NOT NULL, pair INTEGER, not_before INTEGER NOT NULL, not_after INTEGER NOT NULL,
  state TEXT NOT NULL, replaces INTEGER REFERENCES holder_certificate);
CREATE TABLE IF NOT EXISTS orders (
  id INTEGER PRIMARY KEY, account INTEGER NOT NULL REFERENCES account, kind TEXT NOT NULL, algorithm TEXT NOT NULL,
  quantity INTEGER NOT NULL, years INTEGER NOT NULL, certificate INTEGER REFERENCES holder_certificate,
  new_name TEXT NOT NULL, state TEXT NOT NULL, note TEXT NOT NULL DEFAULT '', created INTEGER NOT NULL,
  paid INTEGER);
CREATE TABLE IF NOT EXISTS issue (
  id INTEGER PRIMARY KEY, order_id INTEGER NOT NULL REFERENCES orders, token TEXT NOT NULL, csr TEXT NOT NULL,
  certificate INTEGER NOT NULL REFERENCES holder_certificate, confirmed INTEGER NOT NULL DEFAULT 0,
  UNIQUE (order_id, token));
CREATE TABLE IF NOT EXISTS parcel_received (order_id INTEGER PRIMARY KEY REFERENCES orders);
CREATE TABLE IF NOT EXISTS delivered_key (
  certificate INTEGER PRIMARY KEY REFERENCES holder_certificate, format TEXT NOT NULL, data TEXT NOT NULL,
  symmetric TEXT NOT NULL, wrapped TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS administrator_pin (token TEXT PRIMARY KEY, sealed BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS unlock (
  id INTEGER PRIMARY KEY, account INTEGER NOT NULL REFERENCES account,
  certificate INTEGER NOT NULL REFERENCES holder_certificate, token TEXT NOT NULL, state TEXT NOT NULL,
  note TEXT NOT NULL DEFAULT '', created INTEGER NOT NULL, decided INTEGER, request BLOB, response BLOB, form TEXT);
)");
}

}  // namespace ukey::ra
