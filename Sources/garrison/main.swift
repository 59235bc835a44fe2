import Hummingbird
import CryptoExtras
import AsyncHTTPClient
import Mustache
import ArgumentParser
print("x")
