# The project's commands. Each installs what it needs on a bare Debian 12 first (as root, or with sudo).
.PHONY: build run test check windows package bench fuzz lint format clean
build:
	scripts/build.sh release -DUKEY_TESTS=OFF
run:
	scripts/run.sh
test:
	scripts/test.sh
check:
	scripts/check.sh
windows:
	scripts/check.sh windows
package:
	scripts/package.sh
bench:
	scripts/bench.sh
fuzz:
	scripts/fuzz.sh
lint:
	scripts/lint.sh
format:
	scripts/install_packages.sh lint
	git ls-files '*.cpp' '*.hpp' '*.h' | xargs clang-format -i
clean:
	rm -rf build dist web-sdk/dist sandbox/web/dist
