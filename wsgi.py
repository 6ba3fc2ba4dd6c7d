"""The entry point for servers and for `flask --app wsgi`."""

import gc
import os

from tracker import create_app, web

app = create_app()

if os.environ.get("FLASK_RUN_FROM_CLI") != "true":  # as the `flask` command sets it
    web.make_ready()

# What is there now stays as long as the process does. Looking through it, and through each page's values every few
# hundred objects, takes a tenth of a page's time; hardly any of them refer to each other in a circle.
gc.collect()
gc.freeze()
gc.set_threshold(10_000, 20, 50)
