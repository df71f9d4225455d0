using System.Reflection;
using System.Text.Json;
using AfServer.Model;

namespace Afanasy.Tests.Journaling;

/// <summary>A change of every case, found by reflection and filled with values that differ from each other and from the defaults.</summary>
internal static class SampleChanges
{
    private static readonly JsonSerializerOptions _withPairs = new() { IncludeFields = true };

    public static IReadOnlyList<Type> Cases { get; } = typeof(Change).GetNestedTypes().Where(t => t.IsSubclassOf(typeof(Change))).ToList();

    public static IEnumerable<Change> Every(int seed = 1) => Cases.Select(c => Make(c, seed));

    public static Change Make(Type type, int seed) => (Change)new Filler(seed).Fill(type);

    public static Change Pause(int job) => new Change.JobPaused(new Afanasy.Model.JobId(job)) { At = StoppedClock.Noon.AddSeconds(job) };

    /// <summary>All that there is in a change, as text to compare: lists in records are equal by reference only.</summary>
    public static string Text(Change change) => change.GetType().Name + JsonSerializer.Serialize(change, change.GetType(), _withPairs);

    private sealed class Filler(int seed)
    {
        private int _next = seed;

        public object Fill(Type type)
        {
            _next++;
            if (Nullable.GetUnderlyingType(type) is { } inner) return Fill(inner);
            if (type == typeof(int)) return _next;
            if (type == typeof(long)) return (long)_next;
            if (type == typeof(double)) return _next + 0.125;
            if (type == typeof(bool)) return true;
            if (type == typeof(string)) return $"text «{_next}» \"quoted\"\n";
            if (type == typeof(DateTimeOffset)) return StoppedClock.Noon.AddTicks(_next);
            if (type.IsEnum) return Enum.GetValues(type).GetValue(_next % Enum.GetValues(type).Length)!;
            if (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IReadOnlyList<>)) return List(type.GetGenericArguments()[0]);
            if (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IReadOnlyDictionary<,>)) return Map(type.GetGenericArguments()[1]);
            return Record(type);
        }

        private Array List(Type element)
        {
            var list = Array.CreateInstance(element, 2);
            list.SetValue(Fill(element), 0);
            list.SetValue(Fill(element), 1);
            return list;
        }

        private System.Collections.IDictionary Map(Type value)
        {
            var map = (System.Collections.IDictionary)Activator.CreateInstance(typeof(Dictionary<,>).MakeGenericType(typeof(string), value))!;   // a dictionary has no null
            map[$"Key {_next}"] = Fill(value);
            map["b"] = value == typeof(string) ? "" : Activator.CreateInstance(value);
            return map;
        }

        private object Record(Type type)
        {
            var constructor = type.GetConstructors().MaxBy(c => c.GetParameters().Length)
                ?? throw new NotSupportedException($"The samples do not know how to make a {type}.");
            var record = constructor.Invoke(constructor.GetParameters().Select(p => Fill(p.ParameterType)).ToArray());
            foreach (var property in type.GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(p => p.CanWrite))
            {
                if (constructor.GetParameters().All(p => p.Name != property.Name)) property.SetValue(record, Fill(property.PropertyType));
            }

            return record;
        }
    }
}
