.PHONY: run test

run:
	python3 main.py

test:
	python3 main.py test
