# Tests and checks.

.PHONY: test lint
lint:
	@$(PYTHON) tools/floors.py $(BUILD)
