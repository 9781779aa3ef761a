import { BarChart } from 'echarts/charts';
import { AriaComponent, GridComponent, LegendComponent, TooltipComponent } from 'echarts/components';
import { init, use } from 'echarts/core';
import { CanvasRenderer } from 'echarts/renderers';
import { theme } from 'antd';
import { useEffect, useRef } from 'react';

use([BarChart, GridComponent, LegendComponent, TooltipComponent, AriaComponent, CanvasRenderer]);

const PALETTE = ['#2f6fd0', '#2e9e6b', '#d9822b'];

/** Bars side by side. */
export function Chart({ label, categories, series }: { label: string; categories: string[]; series: { name: string; values: number[] }[] }) {
  const element = useRef<HTMLDivElement>(null);
  const { token } = theme.useToken();
  const content = JSON.stringify({ categories, series });
  useEffect(() => {
    if (!element.current) return undefined;
    const chart = init(element.current);
    const text = { color: token.colorText };
    chart.setOption({
      animation: false,
      aria: { enabled: true, label: { description: label } },
      color: PALETTE,
      grid: { left: 8, right: 8, top: 36, bottom: 4, containLabel: true },
      legend: { top: 0, textStyle: text },
      // On the canvas: the other kind is HTML with style attributes, which the content security policy refuses.
      tooltip: { trigger: 'axis', renderMode: 'richText' },
      xAxis: { type: 'category', data: categories, axisLabel: text },
      yAxis: { type: 'value', minInterval: 1, axisLabel: text, splitLine: { lineStyle: { color: token.colorBorderSecondary } } },
      series: series.map(({ name, values }) => ({ type: 'bar', name, data: values })),
    });
    const resized = new ResizeObserver(() => chart.resize());
    resized.observe(element.current);
    return () => {
      resized.disconnect();
      chart.dispose();
    };
  }, [content, label, token]);
  return <div className="chart" ref={element} role="img" />;
}
