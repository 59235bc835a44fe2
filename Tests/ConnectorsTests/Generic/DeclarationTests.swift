import Connectors
import Domain
import Testing

@Suite("What a declaration may say")
struct DeclarationTests {
    private static let least = "name: N\nstreams: {devices: {path: /d, fields: {source_id: a, hostname: b}}}\n"

    private static let wrongs: [(String, String)] = [
        ("", "is empty"), ("[", "line 2: is no YAML"), ("name: N", "needs “streams”"),
        ("name: N\nstreams: {}", "line 2, streams: needs at least one stream"),
        ("name: N\nname: M\nstreams: {}", "says “name” twice"),
        ("name: N\nstreams:\n  printers: {}", "line 3, streams.printers: is no stream"),
        ("name: N\ncolour: red\nstreams: {}", "line 2, colour: is not known here; known are name"),
        ("name: N\nstreams:\n  devices:\n    fields: {source_id: a, hostname: b}", "needs “path”"),
        ("name: N\nstreams: {devices: {path: /d, fields: {source_id: a}}}", "fields: needs “hostname”"),
        ("name: N\nstreams: {devices: {path: /d, fields: {source_id: a, hostname: b, colour: c}}}", "is no field of"),
        ("name: N\nstreams: {devices: {path: /d, fields: {source_id: a, hostname: b..c}}}", "is no path"),
        ("name: N\nstreams: {devices: {path: d, fields: {source_id: a, hostname: b}}}", "must be a path"),
        ("name: N\nstreams: {devices: {path: /a/../d, fields: {source_id: a, hostname: b}}}", "must be a path"),
        ("name: N\nstreams: {devices: {path: \"/{d}\", fields: {source_id: a, hostname: b}}}", "says {d}; known are"),
        (
            "name: N\nstreams: {devices: {path: /d, paging: {style: spiral}, fields: {source_id: a, hostname: b}}}",
            "line 2, streams.devices.paging.style: must be one of none, page, offset, cursor, link, url"
        ),
        (
            "name: N\nstreams: {devices: {path: /d, paging: {style: page}, fields: {source_id: a, hostname: b}}}",
            "nothing in the request says {page}"
        ),
        (
            "name: N\nstreams: {devices: {path: /d, query: {s: \"{since}\"}, fields: {source_id: a, hostname: b}}}",
            "“changes” does not say"
        ),
        (
            "name: N\nstreams: {devices: {path: /d, query: {s: \"{since}\"}, changes: {}, fields: {source_id: a, hostname: b}}}",
            "needs “modified”"
        ),
        (
            "name: N\nstreams: {devices: {path: /d, body: {a: 1}, fields: {source_id: a, hostname: b}}}",
            "cannot be sent with GET"
        ),
        (
            "name: N\nstreams: {devices: {path: /d, records: \"a[]\", fields: {source_id: a, hostname: b}}}",
            "must name one list"
        ),
        (
            "name: N\nstreams: {devices: {path: /d, fields: {source_id: a, hostname: b, isolation: {path: c, words: {x: gone}}}}}",
            "must be one of none, isolating"
        ),
        (
            "name: N\nstreams: {devices: {path: /d, fields: {source_id: a, hostname: {path: b, date: utc}}}}",
            "the field is no time"
        ),
        ("name: N\nbase_url: http://example.org\nstreams: {}", "line 2, base_url: must be of the form https://HOST"),
        ("name: N\nbase_url: https://example.org/api\nstreams: {}", "must end behind the host"),
        ("name: N\nauth: {type: bearer, scope: a}\nstreams: {}", "auth.scope: has no meaning for the type bearer"),
        ("name: N\nauth: {type: magic}\nstreams: {}", "must be one of none, bearer, basic, header, oauth2"),
        ("name: N\nheaders: {Authorization: x}\nstreams: {}", "cannot be set here"),
        ("name: N\nheaders: {\"X-A\\r\\nX-B\": x}\nstreams: {}", "is no name of a header"),
        ("name: N\nheaders: {X-A: \"a\\r\\nX-B: c\"}\nstreams: {}", "must not hold line breaks"),
        ("name: &a N\nstreams: *a", "line 1: holds an anchor"),
        ("a: [[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[", "nested too deeply"),
        (least + "actions: {explode: {path: /x}}", "is no action; actions are"),
        (least + "actions: {isolate: {path: /x}}", "must say what it is for"),
        (
            least + "actions: {isolate: {path: \"/x/{device}\", status: {path: \"/s/{reference}\", state: a}}}",
            "says {reference}"
        ),
    ]

    private func problem(_ text: String) -> String? {
        do {
            _ = try DeclarationReader.read(text)
            return nil
        } catch {
            return error.text
        }
    }

    @Test("the documented one, and the least there can be")
    func right() throws {
        #expect(problem(try GenericStage.documented()) == nil)
        #expect(problem(Self.least) == nil)
        #expect(problem(try GenericStage.documented().replacing("\n", with: "\r\n")) == nil)
    }

    @Test(
        "what is wrong is said with its line, its place and what would be right",
        arguments: wrongs)
    func wrong(text: String, sentence: String) {
        #expect(problem(text)?.contains(sentence) == true, "\(problem(text) ?? "it was taken")")
    }

    @Test("its size is limited, and what is wrong reaches who entered it")
    func limits() async throws {
        #expect(problem(Self.least + String(repeating: "# long\n", count: 10_000))?.contains("at most 64 KiB") == true)
        let network = ConnectorNetwork()
        for (declaration, sentence) in [("name: N", "needs “streams”"), (Self.least, "base_url")] {
            do {
                _ = try ConnectorKind.generic.connector(
                    ConnectorConfiguration(settings: ["declaration": declaration], secrets: [:]), network)
                #expect(Bool(false), "it was taken")
            } catch {
                #expect(error.message.contains(sentence))
            }
        }
        try await network.close()
    }

    @Test("the addresses that it names are found, however they are written")
    func addresses() {
        let hidden = #"base_url: "https:\/\/internal.example"# + "\"\n"
        let auth = "auth: {type: oauth2, token_url: 'https://id.example/token'}\n"
        #expect(
            ConnectorKind.generic.addresses(inDocument: Self.least + hidden + auth) == [
                "https://internal.example:443", "https://id.example:443",
            ])
        #expect(ConnectorKind.generic.addresses(inDocument: "nonsense").isEmpty)
        #expect(ConnectorKind.falcon.addresses(inDocument: Self.least + hidden).isEmpty)
    }

    @Test("paths", arguments: ["a", "a.b", "a[0].b", "a[].b[]", "[0]", "['a.b'].c", "@type", "a['b']", "a-b_c.d:e"])
    func paths(text: String) { #expect(FieldPath(text) != nil) }

    @Test(
        "no paths",
        arguments: ["", ".", "a.", ".a", "a..b", "a[", "a]", "a[x]", "a[-1]", "a b", "['']", "a[0]b", "['a"])
    func noPaths(text: String) { #expect(FieldPath(text) == nil) }

    @Test("a path leads to values, in order, and nowhere where there is nothing")
    func values() throws {
        let json = #"{"a":[{"b":[1,2]},{"b":[3]},{"c":4}],"d":{"e.f":"g","h\"":"i"},"n":null}"#
        let tree = try JSONTree(Array(json.utf8))
        func count(_ path: String) throws -> Int { try #require(FieldPath(path)).values(in: tree).count }
        #expect(try count("a[].b[]") == 3)
        #expect(try count("a[1].b[0]") == 1)
        #expect(try count("a[7].b") == 0)
        #expect(try count("d['e.f']") == 1)
        #expect(try count("d['h\"']") == 1)
        #expect(try count("d.e") == 0)
    }
}
