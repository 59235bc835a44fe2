import Notifications
import Testing

@Suite("Signatures of webhooks")
struct WebhookSecretTests {
    @Test("the example of the Standard Webhooks specification is signed as it says")
    func example() throws {
        let secret = try #require(WebhookSecret("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"))
        let signature = secret.signature(
            id: "msg_p5jXN8AQM9LWM0D4loKWxJek", timestamp: 1_614_265_330, body: Array(#"{"test": 2432232314}"#.utf8))
        #expect(signature == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=")
    }

    @Test("a secret that was made is read again, and no two are alike")
    func made() {
        let secret = WebhookSecret.make()
        #expect(secret.bytes.count == 32 && WebhookSecret(secret.text)?.bytes == secret.bytes)
        #expect(WebhookSecret.make().text != secret.text)
    }

    @Test(
        "what is too short, too long or no base64 is no secret",
        arguments: ["", "whsec_", "whsec_AAAA", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "whsec_!"])
    func refused(_ text: String) { #expect(WebhookSecret(text) == nil) }
}
