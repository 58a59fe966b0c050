"""How long `hejie import-stores` takes for 50,000 stores, first and again, on both databases.

python -m benchmarks.import_stores [lines]
"""

import csv
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.core import uscc
from tests.makers import make_city
from tests.postgres import running_postgres

GOODS = ("电器", "手机", "服装", "家具", "超市", "面馆", "理发", "健身", "眼镜", "文具", "花店", "药房")
NAMES = ("冰川", "湖滨", "春风", "老张", "四季", "锦绣", "万家", "百姓", "红梅", "青山", "东升", "福满")


def main() -> None:
    lines = int(sys.argv[1]) if len(sys.argv) > 1 else 50_000
    with tempfile.TemporaryDirectory(prefix="hejie-bench-") as folder:
        file = Path(folder) / "stores.csv"
        write_list(file, lines)
        measure("SQLite", f"sqlite:///{folder}/hejie.sqlite", file, folder)
        with running_postgres(durable=True) as url:
            measure("PostgreSQL", url, file, folder)


def write_list(file: Path, lines: int) -> None:
    """Stores as a register has them; every third merchant has two, every tenth none of the codes."""
    with file.open("w", encoding="utf-8-sig", newline="") as out:
        table = csv.writer(out)
        table.writerow(
            ["统一社会信用代码", "经营主体名称", "门店名称", "行业", "所在区划代码", "地址", "联系电话"]
        )
        for number in range(lines):
            merchant = number - number % 3 % 2
            name = NAMES[merchant % 12] + GOODS[merchant // 12 % 12]
            code = "" if merchant % 10 == 0 else uscc.make(f"{merchant:08d}")
            table.writerow([
                code, f"杭州{name}{merchant}号有限公司", f"{name}第{number}店", "家用电器",
                "330102" if number % 2 else "330106", f"中山中路{number}号{number % 30}幢1楼",
                f"0571-{80000000 + number}",
            ])  # fmt: skip


def measure(name: str, url: str, file: Path, folder: str) -> None:
    environment = os.environ | {
        "HEJIE_DATABASE_URL": url,
        "HEJIE_INSTANCE": f"{folder}/{name}",
        "HEJIE_SECRET_KEY": "of the benchmark, long enough to be taken",
    }
    run("migrate", environment=environment)
    engine = sa.create_engine(url)
    with Session(engine) as session:
        make_city(session)
        session.commit()
    engine.dispose()
    for turn in ("first", "again"):
        seconds, said = run("import-stores", str(file), environment=environment)
        print(f"{name:10} {turn}: {seconds:5.1f} s  {said}")
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024
    print(f"{'':10} most memory of a process so far: {peak} MB")


def run(*arguments: str, environment: dict[str, str]) -> tuple[float, str]:
    started = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-m", "portal.cli", *arguments],
        env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode:
        sys.exit(f"{' '.join(arguments)}: {done.stderr[-500:]}")
    return time.monotonic() - started, done.stdout.strip()


if __name__ == "__main__":
    main()
