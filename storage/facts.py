"""Single facts about the installation, by name."""

from storage.database import Database


class Facts:
    def __init__(self, database: Database) -> None:
        self._db = database

    def get(self, name: str) -> str | None:
        value: str | None = self._db.value("SELECT value FROM facts WHERE name = ?", (name,))
        return value

    def set(self, name: str, value: str) -> None:
        self._db.execute(
            "INSERT INTO facts VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value", (name, value)
        )
