"""What does the web server need besides its pages? One module each: the API, feeds, caching, compression, clients.

Not here: the pages and how all is put together (web.py), the server itself (server.py).
"""
