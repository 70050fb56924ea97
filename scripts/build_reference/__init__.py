"""Build the packaged reference data from the folders of raw files.

Run it as `python -m scripts.build_reference RAW_FOLDER [--out DIR]`. RAW_FOLDER holds the folders
`practice` and `rhetoric`. The same raw files give the same bytes, whoever runs it and when.
"""
