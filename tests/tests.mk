# Tests and checks.

.PHONY: test lint oracle
lint:
	@$(PYTHON) tools/floors.py $(BUILD)

# The compiler's code objects against python3.11's, over the library.
oracle: debug
	@$(PYTHON) tools/oracle.py --krait $(BUILD)/krait --optimize 0,1,2
