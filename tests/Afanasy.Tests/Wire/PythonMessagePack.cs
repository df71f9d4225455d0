using System.Diagnostics;

namespace Afanasy.Tests.Wire;

/// <summary>Another implementation of MessagePack: Python's, in a child process.</summary>
internal static class PythonMessagePack
{
    private static readonly TimeSpan _answerMax = TimeSpan.FromMinutes(1);

    private static readonly Lazy<string?> _python = new(() =>
        new[] { "/usr/bin/python3", "python3", "python" }.FirstOrDefault(CanImport));

    /// <summary>Reads values one after the other from its input and says what each is, on a line of its own.</summary>
    public static string[] Describe(byte[] bytes) => Run(Describing + """

        unpacker = msgpack.Unpacker(sys.stdin.buffer, raw=False, strict_map_key=False, ext_hook=msgpack.ExtType, max_buffer_size=0)
        for value in unpacker:
            print(describe(value))
        """, bytes);

    /// <summary>Makes up values; each line is the bytes of one in hex, a space, and what it is.</summary>
    public static string[] MakeUp(int seed) => Run(Describing + Making.Replace("SEED", $"{seed}", StringComparison.Ordinal), []);

    private static string[] Run(string script, byte[] input)
    {
        if (_python.Value is not { } python)
        {
            Assert.Ignore("No Python with 'msgpack' was found: install python3-msgpack to run this test.");
            return [];
        }

        using var process = Start(python, script);
        var problems = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEndAsync();
        process.StandardInput.BaseStream.Write(input);
        process.StandardInput.Close();

        if (!process.WaitForExit(_answerMax))
        {
            process.Kill(entireProcessTree: true);
            Assert.Fail($"Python did not end within {_answerMax}.");
        }

        Assert.That(process.ExitCode, Is.Zero, problems.Result);
        return output.Result.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    private static bool CanImport(string python)
    {
        try
        {
            using var process = Start(python, "import msgpack");
            process.StandardInput.Close();
            return process.WaitForExit(_answerMax) && process.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;                                 // no such program
        }
    }

    private static Process Start(string python, string script) => Process.Start(new ProcessStartInfo(python, ["-c", script])
    {
        RedirectStandardInput = true,
        RedirectStandardOutput = true,
        RedirectStandardError = true,
    })!;                                                  // null only with UseShellExecute

    private const string Describing = """
        import math, random, struct, sys
        import msgpack

        def describe(v):
            if v is None: return "nil"
            if v is True: return "true"
            if v is False: return "false"
            if isinstance(v, int): return "i:%d" % v
            if isinstance(v, float): return "f:nan" if math.isnan(v) else "f:" + struct.pack(">d", v).hex()
            if isinstance(v, str): return "s:" + v.encode().hex()
            if isinstance(v, bytes): return "b:" + v.hex()
            if isinstance(v, msgpack.Timestamp): return "x:-1:" + v.to_bytes().hex()
            if isinstance(v, msgpack.ExtType): return "x:%d:%s" % (v.code, v.data.hex())
            if isinstance(v, list): return "[" + "".join(describe(e) + "," for e in v) + "]"
            if isinstance(v, dict): return "{" + "".join(describe(k) + "," + describe(e) + "," for k, e in v.items()) + "}"
            raise TypeError(type(v))
        """;

    private const string Making = """

        made = random.Random(SEED)
        lengths = [0, 1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 31, 32, 33, 255, 256, 65535, 65536]

        def text(n): return "".join(made.choice("aé帧🎬\0") for _ in range(n))
        def blob(n): return bytes(made.getrandbits(8) for _ in range(n))
        def stamp(): return msgpack.Timestamp(made.choice([0, 1, 2**32 - 1, 2**32, 2**34 - 1, 2**34, -1]), made.choice([0, 1, 999999999]))

        def anything(depth):
            kind = made.randrange(11 if depth < 4 else 8)
            if kind == 0: return None
            if kind == 1: return made.random() < 0.5
            if kind == 2: return made.getrandbits(made.randrange(1, 65))
            if kind == 3: return -made.getrandbits(made.randrange(1, 64))
            if kind == 4: return made.choice([0.5, -1e300, math.inf, math.nan, made.random()])
            if kind == 5: return text(made.randrange(40))
            if kind == 6: return blob(made.randrange(40))
            if kind == 7: return made.choice([stamp(), msgpack.ExtType(made.randrange(128), blob(made.randrange(40)))])
            if kind == 8: return {"k%d" % i: anything(depth + 1) for i in range(made.randrange(20))}
            return [anything(depth + 1) for i in range(made.randrange(20))]

        values = [sign * (2**bits + off) for sign in (1, -1) for bits in (0, 5, 7, 8, 15, 16, 31, 32, 62) for off in (-1, 0, 1)]
        values += [2**63 - 1, 2**63, 2**64 - 1, -2**63]
        values += ["x" * n for n in lengths] + [blob(n) for n in lengths] + [msgpack.ExtType(5, blob(n)) for n in lengths]
        values += [[i for i in range(n)] for n in lengths] + [{"k%d" % i: i for i in range(n)} for n in lengths]
        values += [stamp() for _ in range(20)] + [anything(0) for _ in range(200)]
        for v in values:
            print(msgpack.packb(v, use_bin_type=True, use_single_float=isinstance(v, float) and v == 0.5).hex(), describe(v))
        """;
}
