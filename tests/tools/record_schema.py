"""Write the JSON schema of incident records from the code: python -m tests.tools.record_schema"""

import json
from pathlib import Path

from bot.sandbox.replay import record

FILE = Path(record.__file__).with_name("incident-record.schema.json")

if __name__ == "__main__":
    FILE.write_text(json.dumps(record.schema(), indent=2) + "\n", encoding="utf-8")
