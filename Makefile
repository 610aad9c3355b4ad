# The project's commands. Each installs what it needs on a bare Debian 12 first (as root, or with sudo).
.PHONY: build run test bench fuzz lint format clean
build:
	scripts/build.sh release
run:
	scripts/run.sh
test:
	scripts/test.sh
bench:
	scripts/bench.sh
fuzz:
	scripts/fuzz.sh
lint:
	scripts/lint.sh
format:
	git ls-files '*.cpp' '*.hpp' '*.h' | xargs clang-format -i
clean:
	rm -rf build web-sdk/dist sandbox/web/dist
