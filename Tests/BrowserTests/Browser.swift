import AsyncHTTPClient
import Foundation
import NIOCore
import TestSupport

/// A headless Chromium, driven over WebDriver (W3C recommendation of June 2018).
struct Browser: Sendable {
    /// Keys that have no character (W3C WebDriver, section 17.4.2).
    enum Key: String {
        case tab = "\u{E004}"
        case enter = "\u{E007}"
    }

    private static let elementKey = "element-6066-11e4-a52e-4f735466cecf"
    let session: String

    /// - Parameter driver: where chromedriver listens.
    static func open(driver: String, scripts: Bool = true) async throws -> Browser {
        var options: [String: JSON] = [
            "binary": "/usr/bin/chromium",
            "args": [
                "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--hide-scrollbars",
                "--force-prefers-reduced-motion",
            ],
        ]
        if !scripts { options["prefs"] = ["profile.managed_default_content_settings.javascript": 2] }
        let wanted: JSON = [
            "browserName": "chrome", "goog:chromeOptions": .object(options), "goog:loggingPrefs": ["browser": "ALL"],
            "timeouts": ["pageLoad": 120_000, "script": 120_000],
        ]
        let answer = try await send("POST", driver + "/session", ["capabilities": ["alwaysMatch": wanted]])
        guard let id = answer["sessionId"].text else { throw TestFailure("no session: \(answer)") }
        return Browser(session: "\(driver)/session/\(id)")
    }

    func close() async { _ = try? await Self.send("DELETE", session, nil) }

    private static func send(_ method: String, _ url: String, _ body: JSON?) async throws -> JSON {
        var request = HTTPClientRequest(url: url)
        request.method = .init(rawValue: method)
        if let body {
            request.headers.add(name: "content-type", value: "application/json")
            request.body = .bytes(ByteBuffer(bytes: try JSONEncoder().encode(body)))
        }
        let response = try await HTTPClient.shared.execute(request, timeout: .seconds(180))
        let bytes = try await response.body.collect(upTo: 64 << 20)
        let value = try JSONDecoder().decode(JSON.self, from: Data(bytes.readableBytesView))["value"]
        guard response.status == .ok else {
            throw TestFailure("\(url.split(separator: "/").last ?? ""): \(value["message"].text ?? "\(value)")")
        }
        return value
    }

    @discardableResult
    private func command(_ path: String, _ body: JSON = [:]) async throws -> JSON {
        try await Self.send("POST", "\(session)/\(path)", body)
    }

    func visit(_ url: String) async throws { try await command("url", ["url": .string(url)]) }

    /// Path and query of where it is.
    var path: String {
        get async throws {
            let url = try await Self.send("GET", "\(session)/url", nil).text ?? ""
            let parts = URLComponents(string: url)
            return (parts?.path ?? "") + (parts?.query.map { "?\($0)" } ?? "")
        }
    }

    /// Runs a function's body in the page.
    @discardableResult
    func run(_ script: String) async throws -> JSON {
        try await command("execute/sync", ["script": .string(script), "args": []])
    }

    /// What a person reads on the page.
    var text: String { get async throws { try await run("return document.body.innerText").text ?? "" } }

    private func element(_ selector: String) async throws -> String {
        let found = try await command("element", ["using": "css selector", "value": .string(selector)])
        guard let id = found[Self.elementKey].text else { throw TestFailure("no \(selector)") }
        return id
    }

    func click(_ selector: String) async throws { try await command("element/\(element(selector))/click") }

    /// Types into a field after clearing it.
    func fill(_ selector: String, _ text: String) async throws {
        let id = try await element(selector)
        try await command("element/\(id)/clear")
        try await command("element/\(id)/value", ["text": .string(text)])
    }

    /// Chooses files of this machine in a field for files.
    func choose(_ selector: String, _ files: [String]) async throws {
        try await command(
            "element/\(element(selector))/value", ["text": .string(files.joined(separator: "\n"))])
    }

    /// Lets through so many bytes a second at most; nil as many as there are.
    func throttle(upload: Int?) async throws {
        try await chrome("Network.enable", [:])
        try await chrome(
            "Network.emulateNetworkConditions",
            [
                "offline": false, "latency": 0, "downloadThroughput": -1,
                "uploadThroughput": .number(Double(upload ?? -1)),
            ])
    }

    /// Presses keys where the focus is.
    func press(_ keys: String) async throws {
        let actions = keys.flatMap { key -> [JSON] in
            [["type": "keyDown", "value": .string(String(key))], ["type": "keyUp", "value": .string(String(key))]]
        }
        try await command("actions", ["actions": [["type": "key", "id": "keyboard", "actions": .array(actions)]]])
    }

    /// A command of Chrome's own protocol.
    private func chrome(_ name: String, _ parameters: JSON) async throws {
        try await command("goog/cdp/execute", ["cmd": .string(name), "params": parameters])
    }

    /// Sets the size of the page's area, and what the system prefers.
    func appear(width: Int, isDark: Bool) async throws {
        try await chrome(
            "Emulation.setDeviceMetricsOverride",
            ["width": .number(Double(width)), "height": 900, "deviceScaleFactor": 1, "mobile": .bool(width < 600)])
        try await chrome(
            "Emulation.setEmulatedMedia",
            ["features": [["name": "prefers-color-scheme", "value": .string(isDark ? "dark" : "light")]]])
    }

    /// Errors and warnings of the console since the last call.
    func complaints() async throws -> [String] {
        try await command("se/log", ["type": "browser"]).elements
            .filter { ["SEVERE", "WARNING"].contains($0["level"].text) }
            .compactMap { $0["message"].text }
    }

    /// The whole page as a PNG, or a part of it.
    func screenshot(of part: String? = nil, to path: String) async throws {
        let height = try await run("return document.documentElement.scrollHeight").number ?? 900
        let width = try await run("return innerWidth").number ?? 1280
        try await chrome(
            "Emulation.setDeviceMetricsOverride",
            [
                "width": .number(width), "height": .number(min(height, 6000)), "deviceScaleFactor": 1,
                "mobile": .bool(width < 600),
            ])
        let what = if let part { "element/\(try await element(part))/screenshot" } else { "screenshot" }
        let image = try await Self.send("GET", "\(session)/\(what)", nil).text ?? ""
        try Data(base64Encoded: image)?.write(to: URL(filePath: path))
    }
}
