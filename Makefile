# Everything that a person types. The work is in core/bootstrap.py, which needs nothing but Python.
PYTHON ?= python3
BOOTSTRAP = $(PYTHON) -I core/bootstrap.py
ARGS ?=

.PHONY: help run test check messages pictures
.DEFAULT_GOAL := help

help:
	@echo "make run       启动蒲公英（示范数据） · start Dandelion with demo data (PORT=8000, DANDELION_VAR=var)"
	@echo "make test      运行全部测试 · run all tests, browser tests included (ARGS='-k wish')"
	@echo "make check     代码检查 · lint, types, layers, templates, translations, migrations"
	@echo "make messages  更新译文目录 · update the translation catalogue"
	@echo "make pictures  重拍 README 的截图 · take the pictures of the README anew"

run test check pictures: | python
	@$(BOOTSTRAP) $@ $(ARGS)

messages: | python
	@$(BOOTSTRAP) manage messages $(ARGS)

.PHONY: python
python:
	@command -v $(PYTHON) >/dev/null || { \
		echo "✗ 找不到 $(PYTHON)，请运行：apt install python3 python3-venv"; \
		echo "  $(PYTHON) is missing; run: apt install python3 python3-venv"; exit 1; }
