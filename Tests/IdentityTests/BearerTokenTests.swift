import Domain
import Identity
import Testing

@Suite("Tokens")
struct BearerTokenTests {
    let tenant = TenantID.make()

    @Test("an access token is gar_, the tenant and 256 random bits, and reads back")
    func roundTrip() throws {
        let token = AccessToken.make(for: tenant)
        #expect(token.text.hasPrefix("gar_") && token.text.utf8.count == 4 + 22 + 43)
        let read = try #require(AccessToken(token.text))
        #expect(read == token && read.tenant == tenant && read.text == token.text)
        #expect(read.matches(digest: token.digest))
        #expect(token.digest.count == 32)
    }

    @Test("no two tokens of a tenant are alike")
    func unique() {
        #expect(Set((0..<1_000).map { _ in AccessToken.make(for: tenant).digest }).count == 1_000)
    }

    @Test("a token that is made to name another tenant has another digest")
    func wrongTenant() throws {
        let token = AccessToken.make(for: tenant)
        let other = AccessToken.make(for: TenantID.make())
        let forged = try #require(AccessToken("\(other.text.prefix(4 + 22))\(token.text.suffix(43))"))
        #expect(forged.tenant == other.tenant)
        #expect(!forged.matches(digest: token.digest) && !forged.matches(digest: other.digest))
    }

    @Test("each changed character is another token or none")
    func tampered() {
        let token = AccessToken.make(for: tenant)
        for index in token.text.indices {
            var text = token.text
            text.replaceSubrange(index...index, with: text[index] == "A" ? "B" : "A")
            #expect(AccessToken(text)?.matches(digest: token.digest) != true)
        }
    }

    @Test("a session token is no access token, nor the other way round")
    func kinds() {
        #expect(SessionToken.make(for: tenant).text.hasPrefix("gas_"))
        #expect(AccessToken(SessionToken.make(for: tenant).text) == nil)
        #expect(SessionToken(AccessToken.make(for: tenant).text) == nil)
    }

    @Test("texts of another form are refused", arguments: ["", "gar_", "gar", "Bearer gar_", "gar_\u{0}", "gar_é"])
    func malformed(text: String) {
        #expect(AccessToken(text) == nil)
    }

    @Test("cut, lengthened, padded and otherwise encoded tokens are refused")
    func strict() {
        let text = AccessToken.make(for: tenant).text
        #expect(AccessToken(String(text.dropLast())) == nil)
        #expect(AccessToken(text + "A") == nil && AccessToken(text + "=") == nil && AccessToken(" " + text) == nil)
        #expect(AccessToken(text.dropLast() + "+") == nil)
        // The last character holds 4 bits of the secret and 2 that must be 0.
        #expect("BCDFGHJKL".allSatisfy { AccessToken(text.dropLast() + String($0)) == nil })
    }

    @Test("printing, interpolating or dumping a token does not show its secret")
    func redacted() {
        let token = AccessToken.make(for: tenant)
        var dumped = ""
        dump(token, to: &dumped)
        for shown in ["\(token)", String(reflecting: token), dumped, "\([token])"] {
            #expect(!shown.contains(token.text.suffix(20)) && !shown.contains("secret"))
        }
    }

    @Test("a digest of another length never matches")
    func digestLength() {
        let token = AccessToken.make(for: tenant)
        #expect(!token.matches(digest: token.digest.dropLast()) && !token.matches(digest: []))
    }
}
